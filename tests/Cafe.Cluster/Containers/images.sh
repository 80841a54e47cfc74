#!/usr/bin/env bash
# Builds the CPU images of the services and of the command line on a machine that can't pull base images: the bases are a stand-in, Debian's minbase by
# debootstrap plus this machine's .NET. Usage: images.sh WORK_FOLDER [SERVICE ...]. Images: localhost/cafe/{service}:test,
# and a Redis of this machine's redis-server for the bundled one: localhost/cafe-standin/redis:1
set -euo pipefail
work=$(realpath -m "$1"); shift
services=("$@"); [ ${#services[@]} -gt 0 ] || services=(gateway encoder assistant diffuser cli)
root=$(cd "$(dirname "$0")/../../.." && pwd)
mkdir -p "$work"

cat >"$work/containers.conf" <<'CONF'
[containers]
default_ulimits=["nofile=1024:1024","nproc=4096:4096"]
[engine]
cgroup_manager="cgroupfs"
runtime="runc"
CONF
export CONTAINERS_CONF="$work/containers.conf"

dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")

if ! podman image exists localhost/cafe-standin/base:1; then
    [ -e "$work/rootfs/etc/debian_version" ] || debootstrap --variant=minbase --include=ca-certificates,libssl3,zlib1g bookworm "$work/rootfs" >"$work/debootstrap.log"
    tar -C "$work/rootfs" -c . | podman import - localhost/cafe-standin/base:1
fi

if ! podman image exists localhost/cafe-standin/aspnet:1; then
    context=$(mktemp -d -p "$work")
    mkdir -p "$context/usr/share/dotnet"
    cp -r "$dotnet_root/dotnet" "$dotnet_root/host" "$dotnet_root/shared" "$context/usr/share/dotnet/"
    printf 'FROM localhost/cafe-standin/base:1\nCOPY usr /usr\nRUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet\nENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1\n' >"$context/Dockerfile"
    podman build -q -t localhost/cafe-standin/aspnet:1 "$context"
    rm -rf "$context"
fi

if ! podman image exists localhost/cafe-standin/sdk:1; then
    context=$(mktemp -d -p "$work")
    mkdir -p "$context/usr/share"
    cp -r "$dotnet_root" "$context/usr/share/dotnet"
    printf 'FROM localhost/cafe-standin/base:1\nCOPY usr /usr\nRUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet\nENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1\n' >"$context/Dockerfile"
    podman build -q -t localhost/cafe-standin/sdk:1 "$context"
    rm -rf "$context"
fi

if ! podman image exists localhost/cafe-standin/redis:1; then
    context=$(mktemp -d -p "$work")
    mkdir -p "$context/usr/bin" "$context/usr/lib/x86_64-linux-gnu"
    for program in redis-server redis-cli; do
        cp -L "$(command -v $program)" "$context/usr/bin/"
        ldd "$(command -v $program)" | awk '$2 == "=>" { print $3 }' | xargs -I{} cp -L {} "$context/usr/lib/x86_64-linux-gnu/"
    done
    printf 'FROM localhost/cafe-standin/base:1\nCOPY usr/bin /usr/bin\nCOPY usr/lib /opt/redis\nENV LD_LIBRARY_PATH=/opt/redis/x86_64-linux-gnu\n' >"$context/Dockerfile"
    podman build -q -t localhost/cafe-standin/redis:1 "$context"
    rm -rf "$context"
fi

# Packages come from this machine's cache and registry, which its own certificates vouch for. Without layers: the stage that builds, a gigabyte
# for each service, is never stored.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
for service in "${services[@]}"; do
    name="Cafe.${service^}"
    podman build -q --layers=false --network=host -f "$root/services/Dockerfile" --ignorefile "$root/services/Dockerfile.dockerignore" \
        -v "$packages:/root/.nuget/packages" -v /etc/ssl/certs:/etc/ssl/certs:ro \
        --build-arg SDK_IMAGE=localhost/cafe-standin/sdk:1 --build-arg RUNTIME_IMAGE=localhost/cafe-standin/aspnet:1 \
        --build-arg PROJECT="services/$service/$name" --build-arg PACK="$([ "$service" = gateway ] || [ "$service" = cli ] || echo "${CAFE_PACK:-services/packs/mini}")" \
        -t "localhost/cafe/$service:test" "$root"
done
