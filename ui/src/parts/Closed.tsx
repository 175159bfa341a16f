import { remember, secret } from "../api/secret";

/** Ask for the secret; what was asked for is then loaded. */
export function Closed() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get("secret");
    if (typeof given === "string" && given.trim()) remember(given.trim());
  };
  return (
    <form class="closed" onSubmit={submit}>
      <h2>{secret.value ? "That secret is not the one" : "Give the secret"}</h2>
      <p>Runs are read with the stack's AccessSecret. It stays in this tab, and is forgotten with it.</p>
      <div class="closed-field">
        <input type="password" name="secret" aria-label="Secret" autocomplete="off" required />
        <button type="submit" class="primary">
          Open
        </button>
      </div>
    </form>
  );
}
