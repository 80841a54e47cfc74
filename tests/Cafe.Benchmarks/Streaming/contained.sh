#!/usr/bin/env bash
# The streaming build in a container that the kernel kills past 2 GiB: what passes here needs no more memory than that, page cache aside.
# Usage: contained.sh FOLDER [--layers N]. FOLDER takes 18 GB (0.6 GB a layer) and is left empty. Takes an image with the .NET and ASP.NET
# runtimes: CAFE_RUNTIME_IMAGE, or the stand-in that tests/Cafe.Cluster/Containers/images.sh makes.
set -euo pipefail
folder=$(realpath -m "$1"); shift
root=$(cd "$(dirname "$0")/../../.." && pwd)
image=${CAFE_RUNTIME_IMAGE:-localhost/cafe-standin/aspnet:1}
podman image exists "$image" || { echo "There is no image $image: run tests/Cafe.Cluster/Containers/images.sh WORK_FOLDER, or set CAFE_RUNTIME_IMAGE." >&2; exit 2; }
[ -e "$root/tests/Cafe.Benchmarks/bin/Release/net10.0/Cafe.Benchmarks.dll" ] || dotnet build -c Release "$root/tests/Cafe.Benchmarks"
mkdir -p "$folder"

# As images.sh: machines whose init isn't systemd have no other manager.
conf=$(mktemp)
trap 'rm -f "$conf"' EXIT
printf '[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=4096:4096"]\n[engine]\ncgroup_manager="cgroupfs"\nruntime="runc"\n' >"$conf"

# Without swap: the limit is the limit. The program's own limit of anonymous memory holds as well.
CONTAINERS_CONF=$conf podman run --rm --network=none --memory=2g --memory-swap=2g \
    -v "$root/tests/Cafe.Benchmarks/bin/Release/net10.0:/app:ro" -v "$folder:/work" \
    "$image" dotnet /app/Cafe.Benchmarks.dll streaming /work/streaming "$@"
