#!/bin/bash
# tools/deps.sh build|test|bench: installs what is missing (as root), else prints the exact line.
set -u
build="gcc make git pkg-config cmake ninja-build libcmocka-dev libmicrohttpd-dev libsqlite3-dev libssl-dev libsodium-dev libpango1.0-dev libcairo2-dev
fonts-noto-cjk python3-fonttools libmd4c-dev libexpat1-dev libintelrdfpmath-dev libpcre2-dev libcurl4-openssl-dev libqrencode-dev
libmagic-dev libzip-dev libicu-dev libinih-dev zlib1g-dev libvips-tools libxlsxwriter-dev"
test="clang libclang-rt-14-dev sqlite3 openssl poppler-utils qpdf zbar-tools kannel kannel-extras zip unzip wrk chromium
cppcheck"
bench="libreoffice-writer-nogui"
case "${1:-build}" in
build) wanted="$build" ;;
test) wanted="$build $test" ;;
bench) wanted="$build $test $bench" ;;
*) echo "usage: tools/deps.sh build|test|bench" >&2; exit 2 ;;
esac
if ! command -v apt-get >/dev/null; then
	echo "This machine has no apt-get. Needed (Debian's names):" $wanted >&2
	exit 0
fi
missing=""
for package in $wanted; do
	dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
# Node comes from Debian only where there is none: newer ones refuse Debian's npm.
if [ "${1:-build}" != build ] && ! command -v node >/dev/null; then missing="$missing nodejs npm"; fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
	echo "Missing packages. Please run:" >&2
	echo "sudo apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
echo "Installing:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! apt-get install -y -qq --no-install-recommends $missing >"$log" 2>&1; then
	apt-get update -qq >"$log" 2>&1
	apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1 || {
		tail -20 "$log" >&2
		exit 1
	}
fi
