#!/bin/bash
# tools/arm64.sh [FOLDER]: does the code build for arm64, and do the pure layers' tests pass there? Needs root (debootstrap),
# gcc-aarch64-linux-gnu, qemu-user-static, debootstrap, and about 1 GB in FOLDER (build-arm64). Not part of `make test`.
# Debian's arm64 libraries are unpacked, not installed, as a sysroot; every layer and test is cross-built with -Werror;
# then the tests of base, codec, feel, dmn, bpmn, seal, store and form run under qemu. The fonts are those of `make build`.
set -u
cd "$(dirname "$0")/.." || exit 2
folder=$(realpath -m "${1:-build-arm64}")
root=$folder/sysroot
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
libraries=libc6-dev,libgcc-12-dev,libcmocka-dev,libsqlite3-dev,libssl-dev,libsodium-dev,libpango1.0-dev,libcairo2-dev,libmd4c-dev
libraries+=,libexpat1-dev,libintelrdfpmath-dev,libpcre2-dev,libcurl4-openssl-dev,libqrencode-dev,libmagic-dev,libzip-dev
libraries+=,libicu-dev,libinih-dev,zlib1g-dev,libmicrohttpd-dev,libxlsxwriter-dev
for tool in debootstrap aarch64-linux-gnu-gcc qemu-aarch64-static; do
	command -v "$tool" >/dev/null || {
		echo "Missing: $tool. Please run: apt-get install debootstrap gcc-aarch64-linux-gnu qemu-user-static" >&2
		exit 2
	}
done
test -d build/share/unionhall/fonts || { echo "Run make build first: it cuts the fonts" >&2; exit 2; }
if ! test -f "$root/complete"; then
	mkdir -p "$folder"
	debootstrap --arch=arm64 --foreign --variant=minbase --include="$libraries" bookworm "$root" "$mirror" >"$folder/debootstrap.log" || exit 3
	for package in "$root"/var/cache/apt/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --exclude=./dev || exit 3
	done
	touch "$root/complete"
fi
cat >"$folder/arm64.cmake" <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_SYSROOT $root)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH $root)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L $root)
END
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/aarch64-linux-gnu/pkgconfig:$root/usr/share/pkgconfig
cmake -S . -B "$folder/build" -G Ninja "-DCMAKE_TOOLCHAIN_FILE=$folder/arm64.cmake" \
	"-DUNIONHALL_FONTS_FROM=$PWD/build/share/unionhall/fonts" >"$folder/cmake.log" 2>&1 || { tail -20 "$folder/cmake.log"; exit 1; }
cmake --build "$folder/build" >"$folder/build.log" 2>&1 || { grep -E 'error|FAILED' "$folder/build.log" | head -20; exit 1; }
echo "every layer builds for arm64"
tests=$(find src/base src/codec src/feel src/dmn src/bpmn src/seal src/store src/form -name '*_test.c' -exec basename {} .c \; | paste -sd'|')
ctest --test-dir "$folder/build" --output-on-failure -R "^($tests)\$" | tee "$folder/test.log" | tail -25
exit "${PIPESTATUS[0]}"
