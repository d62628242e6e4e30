// The tailorbird: one path, one colour.
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0 text-accent">
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M2 2C9 4.2 13 8 14.6 12C16.2 9.2 18.8 7.6 21.5 7.6C24.6 7.6 27 9.4 28 12L32 12.2L28.5 15.9C28.5 24.2 23.6 29.6 16.6 29.6C7.2 29.6 2.6 17.6 2 2ZM21.0 13.3a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0ZM4.6 9.1L6.1 12.6L8 11.7L6.5 8.2ZM7.1 15.7L8.8 19.1L10.7 18.1L9 14.7ZM10.6 21.8L13.2 24.6L14.8 23.2L12.2 20.4Z"
      />
    </svg>
  );
}
