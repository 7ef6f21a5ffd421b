import type { PdfDocument } from '#lib/server/platform/pdf.ts';

export type TextStyle = {
	readonly font: 'regular' | 'bold';
	readonly size: number;
	readonly color: string;
	readonly lineGap?: number;
	readonly align?: 'left' | 'right';
};

export type Struct = ReturnType<PdfDocument['struct']>;

export const INK = {
	text: '#22201d',
	muted: '#5a554f',
	accent: '#0d5257',
	line: '#d8d3cb',
	soft: '#e8f2f2'
} as const;

export const STYLES = {
	body: { font: 'regular', size: 10, color: INK.text, lineGap: 2 },
	strong: { font: 'bold', size: 10, color: INK.text, lineGap: 2 },
	note: { font: 'regular', size: 8.5, color: INK.muted, lineGap: 1.5 },
	label: { font: 'regular', size: 8.5, color: INK.muted },
	head: { font: 'bold', size: 8, color: INK.muted },
	title: { font: 'bold', size: 20, color: INK.text },
	heading: { font: 'bold', size: 11, color: INK.text },
	brand: { font: 'bold', size: 12, color: INK.accent }
} as const satisfies Record<string, TextStyle>;

const FOOTER_HEIGHT = 12;

/** A page that knows how far down it is filled. Text is tagged; lines and fields are decoration. */
export class Sheet {
	readonly doc: PdfDocument;
	y: number;
	readonly #root: Struct;

	constructor(doc: PdfDocument) {
		this.doc = doc;
		this.#root = doc.struct('Document');
		doc.addStructure(this.#root);
		this.y = doc.page.margins.top;
	}

	get left(): number {
		return this.doc.page.margins.left;
	}

	get width(): number {
		return this.doc.page.width - this.left - this.doc.page.margins.right;
	}

	/** Begins a new page when `height` does not fit; answers whether it did. */
	makeRoom(height: number): boolean {
		const bottom = this.doc.page.height - this.doc.page.margins.bottom - FOOTER_HEIGHT;
		if (this.y + height <= bottom) return false;
		this.doc.addPage();
		this.y = this.doc.page.margins.top;
		return true;
	}

	heightOf(text: string, style: TextStyle, width: number): number {
		return this.use(style).heightOfString(text, { width, lineGap: style.lineGap ?? 0 });
	}

	/** Puts an element below the document's own, where readers look for it. */
	add(element: Struct): void {
		this.#root.add(element);
	}

	/** Text at a place, drawn when its structure element is. */
	draw(text: string, style: TextStyle, at: { x: number; y: number; width: number }): () => void {
		return () => {
			this.use(style).text(text, at.x, at.y, {
				width: at.width,
				lineGap: style.lineGap ?? 0,
				align: style.align ?? 'left'
			});
		};
	}

	/** A paragraph or heading over the whole width, kept together, with space below. */
	write(tag: string, text: string, style: TextStyle, spaceBelow: number): void {
		const height = this.heightOf(text, style, this.width);
		this.makeRoom(height);
		const at = { x: this.left, y: this.y, width: this.width };
		this.add(this.doc.struct(tag, {}, this.draw(text, style, at)));
		this.y += height + spaceBelow;
	}

	/** Lines and fields that say nothing: screen readers pass over them. */
	decorate(draw: (doc: PdfDocument) => void): void {
		this.doc.markContent('Artifact', { type: 'Layout' });
		this.doc.save();
		draw(this.doc);
		this.doc.restore();
		this.doc.endMarkedContent();
	}

	rule(color: string = INK.line): void {
		const y = this.y;
		this.decorate((doc) =>
			doc
				.moveTo(this.left, y)
				.lineTo(this.left + this.width, y)
				.lineWidth(0.7)
				.stroke(color)
		);
	}

	/** Ends the text: a line goes to the foot of every page, now that all of them exist. */
	finish(text: (page: number, pages: number) => string): void {
		this.#root.end();
		const { start, count } = this.doc.bufferedPageRange();
		for (let index = 0; index < count; index++) {
			this.doc.switchToPage(start + index);
			// pdfkit begins a new page for text below the margin, so the margin steps aside.
			const { bottom } = this.doc.page.margins;
			this.doc.page.margins.bottom = 0;
			this.doc.markContent('Artifact', { type: 'Pagination' });
			this.draw(text(index + 1, count), STYLES.label, {
				x: this.left,
				y: this.doc.page.height - bottom + FOOTER_HEIGHT / 2,
				width: this.width
			})();
			this.doc.endMarkedContent();
			this.doc.page.margins.bottom = bottom;
		}
	}

	private use(style: TextStyle): PdfDocument {
		return this.doc.font(style.font).fontSize(style.size).fillColor(style.color);
	}
}
