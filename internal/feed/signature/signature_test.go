package signature_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/problem"
)

// TestASignatureIsThatOfTheStandard: the example that the specification of Standard Webhooks prints.
func TestASignatureIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	signature.Set(header, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`),
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := header.Get("webhook-signature"); got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	if header.Get("webhook-id") != "msg_p5jXN8AQM9LWM0D4loKWxJek" || header.Get("webhook-timestamp") != "1614265330" {
		t.Errorf("the headers are %v", header)
	}
}

func TestTwoSecretsGiveTwoSignatures(t *testing.T) {
	t.Parallel()
	one, other := signature.NewSecret(), signature.NewSecret()
	alone, both := http.Header{}, http.Header{}
	at := time.Unix(1700000000, 0)
	signature.Set(alone, "x", at, []byte("body"), one)
	signature.Set(both, "x", at, []byte("body"), other, one)
	signatures := strings.Fields(both.Get(signature.HeaderSignature))
	if len(signatures) != 2 || signatures[1] != alone.Get(signature.HeaderSignature) || signatures[0] == signatures[1] {
		t.Errorf("they are %q", signatures)
	}
}

func TestWhatIsNoSecretIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	if err := signature.CheckSecret(signature.NewSecret()); err != nil {
		t.Error(err)
	}
	for _, secret := range []string{"", "hushhush", "whsec_", "whsec_aHVzaA==", "whsec_!!", "whsec_" +
		strings.Repeat("aHVz", 30)} {
		err := signature.CheckSecret(secret)
		if !problem.Is(err, problem.InputInvalid) || strings.Contains(err.Error(), "aHVz") {
			t.Errorf("%q: %v", secret, err)
		}
	}
}
