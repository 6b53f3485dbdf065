#!/usr/bin/env bash
# Fetches the documentation that the questions in test/Resift.Retrieval.Tests/Quality/DocumentationQuestions are judged over:
# the Markdown of pinned npm packages, unpacked as FOLDER/<project>/<path inside the package>.
#
#   bench/fetch-docs.sh FOLDER
set -euo pipefail

# project, version, sha512 of the package as the registry states it (base64)
packages=(
  'fastify 5.12.8 moP8exb2sCHLUbJkwp+I6C0padhy4D8lp0SdmzY7HhSdZuqm7O/u3o2aq7u8okaQ//33QDzj3G/u+FsSdB8Qzw=='
  'npm 12.2.1 bKCmFRVT/BB+YPEYbZwQ1XUI3N5t4xKSpU1MxOjo7z3iWzKBJ0ZXRC1xFdEN+TC7N5TdywaBzf2dMXGJq/e2PQ=='
  'semantic-release 24.2.9 phCkJ6pjDi9ANdhuF5ElS10GGdAKY6R1Pvt9lT3SFhOwM4T7QZE7MLpBDbNruUx/Q3gFD92/UOFringGipRqZA=='
  'stylelint 13.13.1 Mv+BQr5XTUrKqAXmpqm6Ddli6Ief+AiPZkRsIrAoUKFuq/ElkUh9ZMYxXD0iQNZ5ADghZKLOWz1h7hTClB7zgQ=='
)

fail() {
  echo "fetch-docs.sh: $1" >&2
  exit 1
}

[[ $# -eq 1 && $1 != -* ]] || fail 'expected one argument, the folder to unpack into, such as: bench/fetch-docs.sh /tmp/docs'
for tool in npm openssl tar; do
  command -v "$tool" >/dev/null || fail "needs '$tool', which is not on the PATH; install it and run this again (npm comes with Node.js)."
done

mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for package in "${packages[@]}"; do
  read -r project version expected <<<"$package"

  # An older page left over from another version would be searched as well.
  [[ ! -e $folder/$project ]] || fail "$folder/$project is there already; delete it, or name another folder."

  (cd "$work" && npm pack --silent --ignore-scripts "$project@$version" >/dev/null) \
    || fail "npm could not fetch $project@$version; see its message above, and check the registry that 'npm config get registry' names."
  tarball=$work/$project-$version.tgz
  [[ -f $tarball ]] || fail "expected npm pack to write $project-$version.tgz, and it did not; this npm names its files differently."

  actual=$(openssl dgst -sha512 -binary "$tarball" | openssl base64 -A)
  [[ $actual == "$expected" ]] \
    || fail "$project@$version is not the package that was judged: expected sha512 $expected, got $actual. Nothing of it was unpacked."

  # What a package bundles of others is not its own documentation.
  mkdir "$work/$project"
  tar -xzf "$tarball" -C "$work/$project"
  (
    cd "$work/$project/package"
    find . -name node_modules -prune -o -type f -name '*.md' -print0 | while IFS= read -r -d '' page; do
      mkdir -p "$folder/$project/$(dirname "$page")"
      cp "$page" "$folder/$project/$page"
    done
  )
  echo "$folder/$project: $(find "$folder/$project" -name '*.md' | wc -l | tr -d ' ') pages of $project $version"
done
