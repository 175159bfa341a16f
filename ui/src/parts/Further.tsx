import { useEffect } from "preact/hooks";
import type { Pages } from "../api/pages";

/** As many rows as a view shows at once. */
const ENOUGH = 40;
/** Pages that are looked through for them without being asked. */
const MOST_PAGES = 5;

/** A filtered list may have short pages: look further back by itself, a while, and then on request. */
export function Further({ pages, what }: { pages: Pages<unknown>; what: string }) {
  const wanted = !pages.ended && pages.rows.length < ENOUGH;
  useEffect(() => {
    if (wanted && pages.count < MOST_PAGES) pages.more();
  }, [wanted, pages.count, pages.data]);
  if (!wanted || pages.data === undefined) return null;
  return (
    <p class="further dim" role="status">
      {pages.asking || pages.count < MOST_PAGES ? (
        `Looking for older ${what} …`
      ) : (
        <button type="button" onClick={pages.more}>
          {`Look for older ${what}`}
        </button>
      )}
    </p>
  );
}
