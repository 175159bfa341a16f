/** The periods of the overview, as the address has them. */
export const PERIODS = [
  { value: "24", title: "24 h", name: "24 hours" },
  { value: "168", title: "7 d", name: "7 days" },
  { value: "720", title: "30 d", name: "30 days" },
];

/** Return the hours that an address asks for; what is no period is a day. */
export function hoursOf(query: URLSearchParams): number {
  const asked = query.get("hours");
  return Number(PERIODS.find(({ value }) => value === asked)?.value ?? 24);
}

export const nameOf = (hours: number): string => PERIODS.find(({ value }) => Number(value) === hours)?.name ?? "";

/** How many hours one bar of the chart has, where the API counts by the hour. */
export const hoursOfBar = (hours: number): number => (hours > 48 ? 6 : 1);
