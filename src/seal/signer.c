#include "seal/inside.h"

#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>

static struct err signer_new(EVP_PKEY *owned_key, X509 *owned_certificate, X509 *issuer, struct seal_signer **out_signer)
{
	struct seal_signer *signer = calloc(1, sizeof *signer);
	if (signer == NULL) abort();
	X509_up_ref(issuer);
	*signer = (struct seal_signer){ .key = owned_key, .certificate = owned_certificate, .issuer = issuer };
	*out_signer = signer;
	return OK;
}

struct err seal_event_certificate(const struct seal_keyring *keyring, struct rand rand, const struct seal_event *event,
	struct seal_signer **out_signer)
{
	TRY(name_check(event->name, SEAL_NAME_CHARACTERS_MAX));
	TRY(name_check(event->statement, SEAL_STATEMENT_CHARACTERS_MAX));
	if (event->from_ms < 0 || event->to_ms < event->from_ms || event->to_ms > INT64_C(253402300799000)) return ERR(INVALID);
	uint8_t scalar[KEY_BYTES];
	EVP_PKEY *key = NULL;
	X509 *certificate = NULL;
	p256_scalar(rand, scalar);
	struct err made = p256_key(scalar, &key);
	sodium_memzero(scalar, sizeof scalar);
	TRY(made);
	struct certificate_request request = {
		.common_name = event->name, .statement = event->statement, .evidence = event->evidence,
		.from_ms = event->from_ms, .to_ms = event->to_ms, .key = key,
	};
	made = certificate_make(rand, &request, keyring->authority_certificate, keyring->authority_key, &certificate);
	if (failed(made)) {
		EVP_PKEY_free(key);
		return made;
	}
	return signer_new(key, certificate, keyring->authority_certificate, out_signer);
}

struct err seal_union_signer(const struct seal_keyring *keyring, struct seal_signer **out_signer)
{
	X509 *certificate = NULL;
	TRY(certificate_read(keyring->union_der, &certificate));
	EVP_PKEY_up_ref(keyring->union_key);
	return signer_new(keyring->union_key, certificate, keyring->authority_certificate, out_signer);
}

void seal_signer_done(struct seal_signer *signer)
{
	if (signer == NULL) return;
	EVP_PKEY_free(signer->key);
	X509_free(signer->certificate);
	X509_free(signer->issuer);
	free(signer);
}

struct str seal_signer_certificate(const struct seal_signer *signer, struct arena *arena)
{
	struct str der = STR("");
	struct err e = certificate_der(arena, signer->certificate, &der);
	return failed(e) ? STR("") : der;
}

/* Without it an encrypted text would make the library ask the terminal for a password. */
static int no_password(char *password, int bytes_max, int writing, void *data)
{
	(void)password, (void)bytes_max, (void)writing, (void)data;
	return -1;
}

struct err seal_certificate_from_pem(struct arena *arena, struct str pem, struct str *out_der)
{
	if (pem.len == 0 || pem.len > 1 << 20) return ERR(INVALID);
	BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
	BIO_free(bio);
	if (certificate == NULL) return ERR(INVALID);
	struct err e = certificate_der(arena, certificate, out_der);
	X509_free(certificate);
	return e;
}
