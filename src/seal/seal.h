/* seal: keys, sealed fields, digests, certificates, signed notes and signatures in PDF papers. The door of the folder.
 *
 * Pure cryptography over bytes: no store, no clock, no file. Times come in as UTC milliseconds, randomness through
 * struct rand. Texts are UTF-8. Every call may be made from any thread; a keyring and a signer do not change once
 * made, but for the seal_keyring_ calls that take a keyring that is not const: then nobody else may use it.
 * Uses: codec, base, libcrypto, libsodium, zlib. Used by: hall, cli. */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "seal/box.h"
#include "seal/certificate.h"
#include "seal/digest.h"
#include "seal/keyring.h"
#include "seal/note.h"
#include "seal/pades.h"
#include "seal/password.h"
#include "seal/totp.h"

#endif
