// Package vault encrypts credentials at rest.
//
// A secret is sealed with AES-256-GCM under a key derived (HKDF-SHA-256) from the master key for one owner and one
// purpose, with a random nonce. The package guarantees:
//
//   - A sealed secret opens only with the master key it was sealed with, for the owner and the purpose named then.
//     Moving it to another row of the database, or changing the address of the store it belongs to, makes it unreadable
//     rather than sent to the wrong place.
//   - Sealed bytes name the master key by an id that says nothing about it, so that several keys can be in use while
//     one replaces another, and a wrong key can be told from damaged data.
//   - A key file that other users of the machine can read is refused.
//
// The master key comes from WAYBILL_MASTER_KEY, or from a file made on first use with mode 0600. The package must not
// know what the secrets are, nor where sealed bytes are kept.
//
//	v, err := vault.Open(dataDir, os.Getenv)
//	sealed, err := v.Seal("https://shop.example", "credentials", secret)
//	secret, err := v.Open("https://shop.example", "credentials", sealed)
package vault
