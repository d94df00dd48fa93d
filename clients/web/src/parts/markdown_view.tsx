/** A Markdown text as people read it. */
import { type Block, blocksOf, type Inline } from "./markdown.ts";

export function MarkdownView({ text }: { text: string }) {
  return (
    <article class="reading" tabIndex={0}>
      {blocksOf(text).map((block, at) => (
        <Shown key={at} block={block} />
      ))}
    </article>
  );
}

function Shown({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      // The window's own title stands above, so the text's begin a level below.
      const Level = `h${Math.min(block.level + 2, 6)}` as "h3";
      return (
        <Level class={`level-${block.level}`}>
          <Said inlines={block.inside} />
        </Level>
      );
    }
    case "paragraph":
      return (
        <p>
          <Said inlines={block.inside} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Said inlines={block.inside} />
        </blockquote>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, at) => (
            <li key={at}>
              <Said inlines={item} />
            </li>
          ))}
        </List>
      );
    }
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "code":
      return <pre>{block.text}</pre>;
    case "rule":
      return <hr />;
  }
}

function Table({ head, rows }: Omit<Block & { kind: "table" }, "kind">) {
  return (
    <div class="scrolling" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} scope="col">
                <Said inlines={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Said inlines={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Said({ inlines }: { inlines: readonly Inline[] }) {
  return (
    <>
      {inlines.map((inline, at) => (
        <One key={at} inline={inline} />
      ))}
    </>
  );
}

function One({ inline }: { inline: Inline }) {
  switch (inline.kind) {
    case "text":
      return <>{inline.text}</>;
    case "code":
      return <code>{inline.text}</code>;
    case "strong":
      return (
        <strong>
          <Said inlines={inline.inside} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Said inlines={inline.inside} />
        </em>
      );
    case "link":
      return (
        <a href={inline.to} target="_blank" rel="noreferrer">
          <Said inlines={inline.inside} />
        </a>
      );
  }
}
