# Shared by the scripts here: progress lines, what must be installed, a PostgreSQL and a Redis of our own.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

started=$SECONDS
say() { printf '%s [%3ds] %s\n' "$(date +%H:%M:%S)" $((SECONDS - started)) "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# need PACKAGE COMMAND...: installs the Debian package when one of the commands is missing.
need() {
    local package=$1 command missing=
    shift
    for command in "$@"; do
        command -v "$command" >/dev/null || missing=$command
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "\`$missing\` is missing and this is no Debian: install it"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "\`$missing\` is missing: run \`apt-get install $package\` as root"
        as_root=(sudo)
    fi
    say "installing $package"
    export DEBIAN_FRONTEND=noninteractive
    # RUNLEVEL=1: a server that comes with a package is not started as a service.
    local quiet=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    if ! "${as_root[@]}" "${quiet[@]}" install -y --no-install-recommends "$package" >/dev/null 2>&1; then
        "${as_root[@]}" "${quiet[@]}" update >/dev/null
        "${as_root[@]}" "${quiet[@]}" install -y --no-install-recommends "$package" >/dev/null
    fi
}

# What compiling takes: a C compiler for SQLite, QuickJS and zstd.
need_compiler() {
    command -v cargo >/dev/null || fail "Rust is missing: https://rustup.rs"
    need build-essential cc make
    need git git
    need curl curl
}

# Node.js, as new as the web app's tools want it; false where it cannot be had.
has_node() {
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' \
        2>/dev/null && command -v npm >/dev/null
}

# Builds the web app into web/dist, from where the server's build takes it.
build_web() {
    has_node || need npm npm
    has_node || fail "the web app needs Node.js 20.19 or newer; without it build the server alone with cargo"
    # What is built anew is compiled into the server anew, which takes minutes.
    local sources
    sources=$(web_sources)
    [ -f web/dist/index.html ] && [ "$(cat web/node_modules/.built 2>/dev/null)" = "$sources" ] && return
    say "building the web app"
    # Packages are fetched again only when the list of them has changed.
    cmp -s web/package-lock.json web/node_modules/.lock ||
        (cd web && npm ci --silent --no-audit --no-fund --prefer-offline && cp package-lock.json node_modules/.lock)
    (cd web && npm run -s build -- --logLevel warn)
    echo "$sources" >web/node_modules/.built
}

# What the web app is built from, as one short text. The types of the API are generated, and leave no trace in it.
web_sources() {
    find web/src web/public web/scripts web/*.* -type f ! -path web/src/api/schema.ts ! -name '*.tsbuildinfo' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || {
            echo "$port"
            return
        }
    done
    fail "no free port found"
}

# Starts a PostgreSQL that only we use and exports TEST_POSTGRES_URL; stop_postgres ends it.
start_postgres() {
    if [ -n "${TEST_POSTGRES_URL:-}" ]; then
        say "using the PostgreSQL at TEST_POSTGRES_URL"
        return
    fi
    local bin
    bin=$(postgres_bin)
    if [ -z "$bin" ]; then
        need postgresql postgres
        bin=$(postgres_bin)
        [ -n "$bin" ] || fail "PostgreSQL was installed but its programs were not found"
    fi
    postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/tailorbird-pg.XXXXXX")
    # The server refuses to run as root.
    as_postgres=()
    if [ "$(id -u)" = 0 ]; then
        as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        chown postgres: "$postgres_dir"
    fi
    local port
    port=$(free_port)
    say "starting PostgreSQL on port $port"
    postgres_run "$bin/initdb" -D "$postgres_dir/db" -U tailorbird --auth=trust -E UTF8 --locale=C.UTF-8
    # fsync stays on: what the tests promise, they promise with it.
    postgres_run "$bin/pg_ctl" -D "$postgres_dir/db" -l "$postgres_dir/log" -w \
        -o "-p $port -k $postgres_dir -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=200" start
    postgres_pid=$(head -n 1 "$postgres_dir/db/postmaster.pid")
    export TEST_POSTGRES_URL="postgres://tailorbird@127.0.0.1:$port/postgres"
}

postgres_bin() {
    local it
    for it in /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /none/x)")"; do
        [ -x "$it/initdb" ] && [ -x "$it/postgres" ] && echo "$it"
    done | sort -V | tail -n 1
}

postgres_run() {
    (cd / && "${as_postgres[@]}" "$@" >"$postgres_dir.out" 2>&1) || {
        cat "$postgres_dir.out" "$postgres_dir/log" >&2 2>/dev/null || true
        fail "PostgreSQL: $(basename "$1") failed"
    }
    rm -f "$postgres_dir.out"
}

stop_postgres() {
    [ -n "${postgres_pid:-}" ] || return 0
    kill -INT "$postgres_pid" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$postgres_pid" 2>/dev/null || break
        sleep 0.1
    done
    rm -rf "$postgres_dir"
    postgres_pid=
}

# Starts a Redis that only we use and exports TEST_REDIS_URL; stop_redis ends it.
start_redis() {
    if [ -n "${TEST_REDIS_URL:-}" ]; then
        say "using the Redis at TEST_REDIS_URL"
        return
    fi
    need redis-server redis-server
    redis_dir=$(mktemp -d "${TMPDIR:-/tmp}/tailorbird-redis.XXXXXX")
    local port
    port=$(free_port)
    say "starting Redis on port $port"
    redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$redis_dir" >"$redis_dir/log" 2>&1 &
    redis_pid=$!
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        kill -0 "$redis_pid" 2>/dev/null || {
            cat "$redis_dir/log" >&2
            fail "Redis did not start"
        }
        sleep 0.1
    done
    export TEST_REDIS_URL="redis://127.0.0.1:$port/"
}

stop_redis() {
    [ -n "${redis_pid:-}" ] || return 0
    kill "$redis_pid" 2>/dev/null || true
    wait "$redis_pid" 2>/dev/null || true
    rm -rf "$redis_dir"
    redis_pid=
}

# Starts the product on an empty folder, without limits on how often one may ask, and exports
# TAILORBIRD_URL and TAILORBIRD_BIN; stop_product ends it. Its words are in "$product_dir/out".
start_product() {
    TAILORBIRD_BIN=$(realpath "${CARGO_TARGET_DIR:-target}/debug/tailorbird")
    product_dir=$(mktemp -d "${TMPDIR:-/tmp}/tailorbird-product.XXXXXX")
    local port
    port=$(free_port)
    "$TAILORBIRD_BIN" serve --data "$product_dir/data" --listen "127.0.0.1:$port" --allow-private-addresses \
        --log warn --rate-auth off --rate-api off --rate-upload off >"$product_dir/out" 2>&1 &
    product_pid=$!
    export TAILORBIRD_BIN TAILORBIRD_URL=http://127.0.0.1:$port
    for _ in $(seq 600); do
        curl -fs -o /dev/null "$TAILORBIRD_URL/healthz" && return
        kill -0 "$product_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$product_dir/out" >&2
    fail "the product did not start"
}

stop_product() {
    [ -n "${product_pid:-}" ] || return 0
    kill "$product_pid" 2>/dev/null || true
    wait "$product_pid" 2>/dev/null || true
    rm -rf "$product_dir"
    product_pid=
}
