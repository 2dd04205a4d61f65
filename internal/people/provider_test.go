package people_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
)

// provider is a provider of OpenID Connect that signs in whoever the test says.
type provider struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey
	// claims are said of whoever comes; nonce and challenge are those of the last question.
	claims           map[string]any
	nonce, challenge string
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	const bits = 2048
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize",
			"token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": text64(key.N.Bytes()), "e": text64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func text64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *provider) say(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		p.t.Error(err)
	}
}

// token gives a signed answer for a code, to who knows the secret and what the question was derived from.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if id != "waybill" || secret != "client-secret" || r.FormValue("code") != "good code" ||
		text64(sum[:]) != p.challenge {
		w.WriteHeader(http.StatusBadRequest)
		p.say(w, map[string]string{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": p.URL, "aud": "waybill", "iat": noon.Unix(), "exp": noon.Unix() + 3600,
		"nonce": p.nonce}
	for name, value := range p.claims {
		claims[name] = value
	}
	payload, _ := json.Marshal(claims)
	signed := text64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + text64(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, p.key, crypto.SHA256, digest[:])
	if err != nil {
		p.t.Error(err)
	}
	p.say(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": signed + "." + text64(signature)})
}

// comes goes to the provider and comes back.
func (p *provider) comes(b *bundle, change func(*people.Returned)) (string, error) {
	p.t.Helper()
	const back = "https://waybill.example.com/sign-in/provider/back"
	address, bears, err := b.BeginProvider(b.ctx, back, home.From)
	b.ok(err)
	u, err := url.Parse(address)
	b.ok(err)
	q := u.Query()
	if !strings.HasPrefix(address, p.URL+"/authorize?") || q.Get("redirect_uri") != back ||
		q.Get("client_id") != "waybill" {
		p.t.Errorf("people are sent to %s", address)
	}
	p.nonce, p.challenge = q.Get("nonce"), q.Get("code_challenge")
	r := people.Returned{State: q.Get("state"), Code: "good code"}
	if change != nil {
		change(&r)
	}
	session, err := b.SignInProvider(b.ctx, back, bears, r, home)
	if _, again := b.SignInProvider(b.ctx, back, bears, r, home); !problem.Is(again, problem.LinkInvalid) {
		p.t.Errorf("a way back is good twice: %v", again)
	}
	b.holdsNowhere(bears, q.Get("state"), "client-secret")
	return session, err
}

func TestProviderSignsIn(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	with := func(o *people.Options) {
		o.Second = people.SecondEverybody
		o.Provider = people.Provider{Issuer: p.URL, ClientID: "waybill", ClientSecret: "client-secret"}
	}
	b := setup(t, with)
	_, _, err := b.Invite(b.ctx, root, people.Invited{Email: email, Role: access.Operator})
	b.ok(err)

	p.claims = map[string]any{"sub": "1", "email": "SAM@example.com", "email_verified": false}
	_, err = p.comes(b, nil)
	b.fails(err, problem.SignInRefused)
	p.claims["email_verified"] = true
	for name, change := range map[string]func(*people.Returned){
		"another state": func(r *people.Returned) { r.State = "x" },
		"a wrong code":  func(r *people.Returned) { r.Code = "x" },
		"a refusal":     func(r *people.Returned) { r.Error = "access_denied" },
	} {
		if _, err := p.comes(b, change); !problem.Is(err, problem.LinkInvalid) &&
			!problem.Is(err, problem.SignInRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, value := range map[string]any{"nonce": "x", "aud": "another", "exp": noon.Unix() - 1,
		"iss": "https://evil.example"} {
		p.claims[name] = value
		_, err = p.comes(b, nil)
		b.fails(err, problem.SignInRefused)
		delete(p.claims, name)
	}
	bears, err := p.comes(b, nil)
	b.ok(err)
	if s := b.session(bears); s.Unfinished || s.How != "provider" || s.User.Email != email {
		t.Errorf("signed in as %+v", s)
	}
	p.claims["email"] = "other@example.com" // the same person, who is called otherwise there now
	bears, err = p.comes(b, nil)
	b.ok(err)
	if s := b.session(bears); s.User.Email != email {
		t.Errorf("signed in as %+v", s)
	}
	p.claims["sub"], p.claims["email"] = "2", email // somebody else who has that address now
	_, err = p.comes(b, nil)
	b.fails(err, problem.SignInRefused)
	p.claims["email"] = "stranger@example.com"
	_, err = p.comes(b, nil)
	b.fails(err, problem.SignInRefused)
	b.Keeper = b.another(with, func(o *people.Options) { o.Provider.NewUsers = access.Viewer })
	bears, err = p.comes(b, nil)
	b.ok(err)
	if s := b.session(bears); s.User.Email != "stranger@example.com" || s.User.Role != string(access.Viewer) {
		t.Errorf("signed in as %+v", s)
	}
}
