import "./charts.css";

type Props = { values: readonly number[]; label: string; width?: number; height?: number };

/** Counts over time, as small as a word. */
export function Spark({ values, label, width = 112, height = 20 }: Props) {
  const most = Math.max(1, ...values);
  const step = width / Math.max(values.length, 1);
  const bar = Math.max(1, Math.min(step - 1, 8));
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <rect class="spark-base" x={0} y={height - 1} width={width} height={1} />
      {values.map((value, at) => {
        const tall = value ? Math.max(2, (value / most) * height) : 0;
        // biome-ignore lint/suspicious/noArrayIndexKey: a place in time is what a bar is
        return value ? <rect key={at} x={at * step} y={height - tall} width={bar} height={tall} rx={0.5} /> : null;
      })}
    </svg>
  );
}
