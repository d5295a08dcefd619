import type { MarkCluster } from './mark-clusters.ts';
import type { Theme } from './theme.ts';

/** A mark: alerts by the shape and colour of their severity, everything else in outlines of grey. `r`: half its size. */
export function drawMark(
  context: CanvasRenderingContext2D,
  mark: MarkCluster,
  y: number,
  r: number,
  theme: Theme,
): void {
  const { x } = mark;
  context.save();
  context.lineWidth = Math.max(1, r / 4);
  context.fillStyle = mark.severity ? theme.severity[mark.severity] : theme.muted;
  context.strokeStyle = theme.muted;
  context.beginPath();
  switch (mark.kind) {
    case 'alert':
      severityShape(context, mark, x, y, r);
      context.fill();
      break;
    case 'bookmark':
      // A flag on its staff.
      context.moveTo(x, y + r);
      context.lineTo(x, y - r);
      context.lineTo(x + r * 1.5, y - r * 0.4);
      context.lineTo(x, y + r * 0.2);
      context.strokeStyle = theme.text;
      context.fillStyle = theme.text;
      context.stroke();
      context.fill();
      break;
    case 'camera-event':
      context.moveTo(x - r * 0.8, y - r * 0.6);
      context.lineTo(x + r * 0.8, y - r * 0.6);
      context.lineTo(x, y + r * 0.8);
      context.closePath();
      context.stroke();
      break;
    case 'picture-fault':
      context.moveTo(x - r * 0.7, y - r * 0.7);
      context.lineTo(x + r * 0.7, y + r * 0.7);
      context.moveTo(x + r * 0.7, y - r * 0.7);
      context.lineTo(x - r * 0.7, y + r * 0.7);
      context.stroke();
      break;
    case 'ticket':
      context.moveTo(x, y - r * 0.7);
      context.lineTo(x, y + r * 0.7);
      context.stroke();
      break;
    case 'window':
      break;
  }
  context.restore();
}

/** Circle, diamond, square: the severity by shape, as everywhere. */
function severityShape(context: CanvasRenderingContext2D, mark: MarkCluster, x: number, y: number, r: number): void {
  if (mark.severity === 'red') context.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  else if (mark.severity === 'yellow') {
    context.moveTo(x, y - r * 1.1);
    context.lineTo(x + r * 1.1, y);
    context.lineTo(x, y + r * 1.1);
    context.lineTo(x - r * 1.1, y);
    context.closePath();
  } else context.arc(x, y, r * 0.95, 0, Math.PI * 2);
}
