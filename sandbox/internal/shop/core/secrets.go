package core

import "math/rand/v2"

// secrets makes the random strings that WooCommerce makes with wp_generate_password and random_bytes. They repeat for a
// seed, because a sandbox protects nothing.
type secrets struct{ source *rand.Rand }

func newSecrets(seed uint64) *secrets {
	return &secrets{source: rand.New(rand.NewPCG(seed, 0x776179626c6c))} //nolint:gosec // repeatable on purpose
}

const secretAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Text returns n letters and digits.
func (r *secrets) Text(n int) string { return r.From(secretAlphabet, n) }

// Hex returns n hexadecimal digits.
func (r *secrets) Hex(n int) string { return r.From("0123456789abcdef", n) }

// From returns n characters of an alphabet.
func (r *secrets) From(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.source.IntN(len(alphabet))]
	}
	return string(b)
}

// PasswordAlphabet are the characters of wp_generate_password when all special ones are asked for.
const PasswordAlphabet = secretAlphabet + "!@#$%^&*()" + "-_ []{}<>~`+=,.;:/?|"

// UUID makes a random identifier of version 4.
func (r *secrets) UUID() string {
	return r.Hex(8) + "-" + r.Hex(4) + "-4" + r.Hex(3) + "-" + r.From("89ab", 1) + r.Hex(3) + "-" + r.Hex(12)
}
