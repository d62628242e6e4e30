// The plans that the server knows, as whoever looks after it reads them.
import { api, body } from "~/api/client";

export const plansQuery = { queryKey: ["plans"], queryFn: () => body(api.GET("/api/platform/plans", { params: { query: { pageSize: 100 } } })) };
