package shop

import "math/rand/v2"

// secrets makes the random strings WooCommerce makes with
// wp_generate_password and random_bytes: repeatable for a seed, because a
// sandbox protects nothing.
type secrets struct{ source *rand.Rand }

func newSecrets(seed uint64) *secrets {
	return &secrets{source: rand.New(rand.NewPCG(seed, 0x776179626c6c))} //nolint:gosec // repeatable on purpose
}

const secretAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// text returns n letters and digits.
func (r *secrets) text(n int) string { return r.from(secretAlphabet, n) }

// hex returns n hexadecimal digits.
func (r *secrets) hex(n int) string { return r.from("0123456789abcdef", n) }

// from returns n signs of an alphabet.
func (r *secrets) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.source.IntN(len(alphabet))]
	}
	return string(b)
}

// PasswordAlphabet is what wp_generate_password takes characters from when all
// special ones are asked for.
const PasswordAlphabet = secretAlphabet + "!@#$%^&*()" + "-_ []{}<>~`+=,.;:/?|"

// RandomText returns n characters of an alphabet of one-byte characters.
func (s *Store) RandomText(alphabet string, n int) string { return s.secrets.from(alphabet, n) }

// uuid makes a random identifier of version 4.
func (r *secrets) uuid() string {
	return r.hex(8) + "-" + r.hex(4) + "-4" + r.hex(3) + "-" + r.from("89ab", 1) + r.hex(3) + "-" + r.hex(12)
}
