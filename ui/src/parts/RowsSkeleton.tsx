/** The shape of rows to come. */
export function RowsSkeleton({ rows = 16 }: { rows?: number }) {
  return (
    <div class="rows-skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <i key={at} />
      ))}
    </div>
  );
}
