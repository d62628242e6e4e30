// The icons that node types name. A name that is not here is drawn as a puzzle piece.
import {
  ArrowRight, ArrowUpDown, Bot, Brackets, Bug, Calendar, Clock, Code, Database, FileText, Filter, GitFork, Globe, Hand, Hourglass, LogIn, Mail, Merge, MessageCircle,
  OctagonAlert, Pencil, Puzzle, Repeat, Route, Scissors, Siren, Split, UserCheck, Webhook, Workflow, type LucideIcon,
} from "lucide-react";

const ICONS: Record<string, LucideIcon> = {
  "arrow-right": ArrowRight, "arrow-up-down": ArrowUpDown, bot: Bot, brackets: Brackets, bug: Bug, calendar: Calendar, clock: Clock, code: Code, database: Database,
  "file-text": FileText, filter: Filter, "git-fork": GitFork, globe: Globe, hand: Hand, hourglass: Hourglass, "log-in": LogIn, mail: Mail, merge: Merge,
  "message-circle": MessageCircle, "octagon-alert": OctagonAlert, pencil: Pencil, repeat: Repeat, route: Route, scissors: Scissors, siren: Siren, split: Split,
  "user-check": UserCheck, webhook: Webhook, workflow: Workflow,
};

export function NodeIcon({ name, size = 16 }: { name?: string; size?: number }) {
  const Icon = ICONS[name ?? ""] ?? Puzzle;
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}
