package answer_test

import (
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/woo/internal/answer"
)

func TestTheOneValueOfABodyIsFoundAndNeverGuessed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		body  string
		state answer.State
		value string
		stray string
	}{
		{`{"id":1}`, answer.Found, `{"id":1}`, ""},
		{"\n [1] ", answer.Found, "[1]", "\n "},
		{"\xEF\xBB\xBF{}", answer.Found, "{}", "\xEF\xBB\xBF"},
		{"<b>Notice</b>: x\n[{\"id\":1}]", answer.Found, `[{"id":1}]`, "<b>Notice</b>: x\n"},
		{`{"id":1}<!-- cached -->`, answer.Found, `{"id":1}`, "<!-- cached -->"},
		{`[{"id":1},{"id":`, answer.Cut, "", ""},
		{"Notice: x\n[{\"id\":1},{\"id\":", answer.Cut, "", ""},
		{"Notice: x\n{\"id\":1}\nNotice: y", answer.None, "", ""},
		{"<html><script>\n{\"id\":1}\n</script></html>", answer.None, "", ""},
		{"Array [0] of {nothing}", answer.None, "", ""},
	} {
		got := answer.FindJSON([]byte(tt.body))
		if got.State != tt.state || string(got.Value) != tt.value || string(got.Stray) != tt.stray {
			t.Errorf("%q: state %d, value %q, stray %q", tt.body, got.State, got.Value, got.Stray)
		}
	}
}

func TestAFaultIsReadInEveryShapeAndOnlyWhereItIsOne(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		is     bool
		status int
		code   string
		param  string
	}{
		`{"code":"rest_forbidden","message":"x","data":{"status":401}}`:                                 {true, 401, "rest_forbidden", ""},
		`{"code":"woocommerce_rest_invalid_order","message":"x","data":404}`:                            {true, 404, "woocommerce_rest_invalid_order", ""},
		`{"code":"rest_missing_callback_param","message":"x","data":{"status":400,"params":["topic"]}}`: {true, 400, "rest_missing_callback_param", "missing"},
		`{"errors":[{"code":"woocommerce_api_disabled","message":"x"}]}`:                                {true, 0, "woocommerce_api_disabled", ""},
		`{"code":"ten","amount":"10"}`:                                                                  {false, 0, "ten", ""},
		`{"code":"a","message":"b","data":{"status":200}}`:                                              {false, 200, "a", ""},
		`[{"code":"a","message":"b"}]`:                                                                  {false, 0, "", ""},
	} {
		got, is := answer.ReadFault([]byte(body))
		if is != want.is || got.Status != want.status || got.Code != want.code || got.Params["topic"] != want.param {
			t.Errorf("%s: %+v, %v", body, got, is)
		}
	}
}

func TestWhoAnsweredIsNamedOnlyWhereNoGoodAnswerCame(t *testing.T) {
	t.Parallel()
	page := []byte("<html><title>Just a moment...</title></html>")
	if got := answer.Fingerprint(403, http.Header{"Cf-Ray": {"1"}}, page); got != "cf-challenge" {
		t.Errorf("a challenge is %q", got)
	}
	if got := answer.Fingerprint(200, http.Header{"Cf-Ray": {"1"}}, []byte(`{"note":"just a moment..."}`)); got != "" {
		t.Errorf("a good answer is %q", got)
	}
	if got := answer.Title(page); got != "Just a moment..." {
		t.Errorf("title %q", got)
	}
}
