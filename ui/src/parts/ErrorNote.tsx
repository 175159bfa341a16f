import { ApiError, explain } from "../api/errors";
import { Closed } from "./Closed";
import { CopyButton } from "./CopyButton";

/** What went wrong and what to do; a missing or wrong secret is asked for. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error instanceof ApiError && error.kind === "secret") return <Closed />;
  const { title, remedy, fields, requestId } = explain(error);
  return (
    <div class="error-note" role="alert">
      <h2>{title}</h2>
      <p>{remedy}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map((field) => (
            <li key={field}>{field}</li>
          ))}
        </ul>
      )}
      <p class="error-note-acts">
        {retry && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
        {requestId && (
          <span>
            Request <code>{requestId}</code> <CopyButton text={requestId} />
          </span>
        )}
      </p>
    </div>
  );
}
