import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';

export type RoomCounts = ApiBody<'GET /v1/events/{event}/sessions/{session}/attendance'>;
type Minutes = RoomCounts['timeline'];

const HEIGHT = 240;
/** Minutes are the finest there is, in seconds. */
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Minutes in which nothing happened are not in the timeline: the line goes on at the same height. */
const dataOf = (timeline: Minutes): uPlot.AlignedData => [
  timeline.map(({ at }) => Date.parse(at) / 1000),
  timeline.map(({ inside }) => inside),
  timeline.map(({ entries }) => entries),
  timeline.map(({ exits }) => -exits),
];

/** Colours of the page as a canvas takes them: organizer.css registers the names, so that they come resolved. */
const colours = () => {
  const style = getComputedStyle(document.documentElement);
  return (name: string): string => style.getPropertyValue(name) || 'gray';
};

const loadPlot = async () => (await import('uplot')).default;
// On their way while the room's counts are; what fails here is asked for again where it is needed.
loadPlot().catch(() => undefined);

const draw = async (
  host: HTMLElement,
  timeline: Minutes,
  labels: readonly string[],
  zone: string | undefined,
) => {
  const Plot = await loadPlot();
  const colour = colours();
  const [ink, line] = [colour('--soft'), colour('--line')];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const paths = Plot.paths.stepped?.({ align: 1 });
  const bars = Plot.paths.bars?.({ size: [0.8, 8] });
  return new Plot(
    {
      width: host.clientWidth,
      height: HEIGHT,
      axes: [
        { ...axis, incrs: STEPS, values: (_, ticks) => ticks.map((tick) => clock(tick * 1000, zone)) },
        axis,
      ],
      series: [
        { label: labels[3] ?? '', value: (_, at) => (at === null ? '–' : clock(at * 1000, zone)) },
        { label: labels[0] ?? '', stroke: colour('--accent'), width: 2, ...(paths && { paths }) },
        {
          label: labels[1] ?? '',
          stroke: colour('--good'),
          fill: colour('--good'),
          ...(bars && { paths: bars }),
          points: { show: false },
        },
        {
          label: labels[2] ?? '',
          stroke: colour('--warn'),
          fill: colour('--warn'),
          ...(bars && { paths: bars }),
          points: { show: false },
        },
      ],
    },
    dataOf(timeline),
    host,
  );
};

export const RoomChart = ({ timeline, zone }: { timeline: Minutes; zone: string | undefined }) => {
  const { words } = useOrganizer();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Promise<uPlot> | undefined>(undefined);
  const drawn = useRef(timeline);
  const isEmpty = timeline.length === 0;
  // Before the paint: figures and chart come in one.
  useLayoutEffect(() => {
    const element = host.current;
    if (!element || isEmpty) return;
    drawn.current = timeline;
    plot.current = draw(element, timeline, [words.inside, words.entries, words.exits, words.time], zone);
    const fit = (chart: uPlot) => {
      if (chart.width !== element.clientWidth) chart.setSize({ width: element.clientWidth, height: HEIGHT });
    };
    const resize = new ResizeObserver(() => void plot.current?.then(fit));
    resize.observe(element);
    return () => {
      resize.disconnect();
      void plot.current?.then((chart) => chart.destroy());
    };
  }, [isEmpty, zone, words]);
  useEffect(() => {
    if (drawn.current === timeline) return;
    drawn.current = timeline;
    void plot.current?.then((chart) => chart.setData(dataOf(timeline)));
  }, [timeline]);
  if (isEmpty) return <p class="soft">{words.noTimeline}</p>;
  return <div ref={host} class="chart" role="img" aria-label={words.timelineOf(timeline.length)} />;
};
