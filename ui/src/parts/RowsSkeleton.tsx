/** The shape of rows to come. */
export function RowsSkeleton({ rows = 16 }: { rows?: number }) {
  return (
    <div class="rows-skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <i key={at} />
      ))}
    </div>
  );
}
