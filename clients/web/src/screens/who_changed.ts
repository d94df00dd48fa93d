/** Who made and changed a file, as its document tells (`cozyMetadata`): pure. */
import { t } from "../words/words.ts";

interface Uploader {
  readonly slug?: string;
  readonly oauthClient?: { readonly name?: string };
}

interface Metadata {
  readonly createdAt?: string;
  readonly createdByApp?: string;
  readonly updatedAt?: string;
  readonly updatedByApps?: readonly { readonly slug?: string }[];
  readonly uploadedAt?: string;
  readonly uploadedBy?: Uploader;
}

interface Attributes {
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly size?: string;
  readonly cozyMetadata?: Metadata;
}

/** A file as the home tells of it, its old versions beside it. */
export interface Told {
  readonly data: { readonly id: string; readonly attributes: Attributes };
  readonly included?: readonly {
    readonly id: string;
    readonly type: string;
    readonly attributes: Attributes;
  }[];
}

export interface Version {
  readonly id: string;
  readonly at: string;
  /** Bytes. */
  readonly size: number;
  readonly by: string;
}

export interface Change {
  readonly what: string;
  readonly at: string;
  readonly by: string;
}

/** Return what happened to it, each with when and by whom, as far as that is known. */
export function whoChanged({ data: { attributes } }: Told): Change[] {
  const metadata = attributes.cozyMetadata ?? {};
  const last = metadata.updatedByApps?.at(-1)?.slug;
  return [
    { what: t("changed"), at: metadata.updatedAt ?? attributes.updated_at ?? "", by: named(last) },
    { what: t("contentOf"), at: metadata.uploadedAt ?? "", by: uploader(metadata.uploadedBy) },
    {
      what: t("madeAt"),
      at: metadata.createdAt ?? attributes.created_at ?? "",
      by: named(metadata.createdByApp),
    },
  ].filter(({ at }) => at !== "");
}

/** Return the old versions of a file, the newest first. */
export function versionsOf({ included = [] }: Told): Version[] {
  return included
    .filter(({ type }) => type === "io.cozy.files.versions")
    .map(({ id, attributes }) => ({
      id,
      at: attributes.cozyMetadata?.uploadedAt ?? attributes.updated_at ?? "",
      size: Number(attributes.size ?? 0),
      by: uploader(attributes.cozyMetadata?.uploadedBy),
    }))
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

function uploader(by: Uploader | undefined): string {
  return named(by?.oauthClient?.name ?? by?.slug);
}

/** The app itself is the owner's own hand. */
function named(slug: string | undefined): string {
  return slug === "home" ? t("thisApp") : (slug ?? "");
}
