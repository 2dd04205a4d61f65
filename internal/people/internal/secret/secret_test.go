package secret_test

import (
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/people/internal/secret"
)

func TestPasswordMatchesItsHashAlone(t *testing.T) {
	t.Parallel()
	hash := secret.Hash("correct horse")
	if !secret.Matches(hash, "correct horse") || secret.Matches(hash, "correct horsE") {
		t.Error("the password does not match, or another does")
	}
	if hash == secret.Hash("correct horse") || strings.Contains(hash, "correct") {
		t.Error("the hash has no salt, or holds the password")
	}
	for _, odd := range []string{"", "x", "$argon2id$v=19$m=19456,t=2,p=1$AAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA",
		strings.Replace(hash, "argon2id", "bcrypt", 1)} {
		if secret.Matches(odd, "correct horse") || secret.Matches(odd, "") {
			t.Errorf("%q is matched", odd)
		}
	}
}

// The values are those of RFC 6238, appendix B, of which apps show the last six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	seed := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471",
		1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := secret.Code(seed, secret.Step(time.Unix(at, 0))); got != want {
			t.Errorf("at %d the code is %s, want %s", at, got, want)
		}
	}
}

func TestCodeIsGoodOnceAndNearItsTime(t *testing.T) {
	t.Parallel()
	seed, now := secret.NewSeed(), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	step := secret.Step(now)
	for ahead, good := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		code := secret.Code(seed, step+ahead)
		if got := secret.CodeStep(seed, code, now, 0); (got == step+ahead) != good {
			t.Errorf("a code of %d periods ahead gives %d", ahead, got-step)
		}
		if got := secret.CodeStep(seed, code, now, step+ahead); got != 0 {
			t.Errorf("a used code of %d periods ahead is good again", ahead)
		}
	}
	if secret.CodeStep(seed, "", now, 0) != 0 {
		t.Error("no code is good")
	}
}

func TestTokensAreKnownByTheirForm(t *testing.T) {
	t.Parallel()
	one, two := secret.Token(), secret.Token()
	if one == two || !secret.IsToken(one) || secret.IsToken(one+"A") || secret.IsToken("") {
		t.Errorf("%q, %q", one, two)
	}
	if secret.Derived(one, "a") == secret.Derived(one, "b") || secret.Derived(one, "a") == secret.Derived(two, "a") {
		t.Error("what is derived is alike")
	}
}
