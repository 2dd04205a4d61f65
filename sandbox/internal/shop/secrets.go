package shop

import "math/rand/v2"

// secrets makes the random strings WooCommerce makes with
// wp_generate_password: repeatable for a seed, because a sandbox protects
// nothing.
type secrets struct{ source *rand.Rand }

func newSecrets(seed int64) *secrets {
	return &secrets{source: rand.New(rand.NewPCG(uint64(seed), 0x776179626c6c))} //nolint:gosec // repeatable on purpose
}

const secretAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// text returns n letters and digits.
func (r *secrets) text(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = secretAlphabet[r.source.IntN(len(secretAlphabet))]
	}
	return string(b)
}
