package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"maps"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/recording"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// loopbackTLS marks a request as one that came over TLS.
var loopbackTLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true}

// responseBuffer is an http.ResponseWriter that keeps the answer.
type responseBuffer struct {
	code   int
	header http.Header
	body   bytes.Buffer
}

func (w *responseBuffer) Header() http.Header { return w.header }

func (w *responseBuffer) WriteHeader(code int) {
	if w.code == 0 {
		w.code = code
	}
}

func (w *responseBuffer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *responseBuffer) status() int {
	if w.code == 0 {
		return http.StatusOK
	}
	return w.code
}

var quotedName = regexp.MustCompile(`"\{([a-z][a-z0-9_]*)\}"`)

// expandJSON replaces {names} in a JSON text.
func expandJSON(body []byte, expand func(string) string) []byte {
	text := quotedName.ReplaceAllStringFunc(string(body), func(quoted string) string {
		name := quoted[1 : len(quoted)-1]
		value := expand(name)
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			return value
		}
		return quoted
	})
	return []byte(expand(text))
}

// signed are the OAuth parameters of a request. When this run has other ids than the recording, a signature that was
// right is made anew over the ids of this run. A signature that was wrong on purpose stays.
func (p *player) signed(o *recording.OAuth) map[string]string {
	const name = "oauth_signature"
	current := signedID.ReplaceAllStringFunc(o.BaseString, func(found string) string {
		m := signedID.FindStringSubmatch(found)
		return m[1] + p.context.CurrentIDs(m[2]) + m[3]
	})
	if current == o.BaseString || o.Params[name] != signature(o, o.BaseString) {
		return o.Params
	}
	params := maps.Clone(o.Params)
	params[name] = signature(o, current)
	return params
}

// signedID finds ids in a signature's base string: whole path segments and whole values, escaped once and twice.
var signedID = regexp.MustCompile(`(%2F|%3D)(\d+)(%26|&|$)`)

func signature(o *recording.OAuth, base string) string {
	digest := sha1.New
	if o.Params["oauth_signature_method"] == "HMAC-SHA256" {
		digest = sha256.New
	}
	mac := hmac.New(digest, []byte(o.Secret+"&"))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// keepCookies stores the cookies of an answer, as a browser would.
func (p *player) keepCookies(jar string, header http.Header) {
	if p.jars[jar] == nil {
		p.jars[jar] = map[string]string{}
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" || cookie.Value == " " {
			delete(p.jars[jar], cookie.Name)
		} else {
			p.jars[jar][cookie.Name] = cookie.Value
		}
	}
}

func (p *player) addCookies(jar string, header http.Header) {
	cookies := make([]string, 0, len(p.jars[jar]))
	for name, value := range p.jars[jar] {
		cookies = append(cookies, name+"="+value)
	}
	if len(cookies) > 0 {
		sort.Strings(cookies)
		header.Set("Cookie", strings.Join(cookies, "; "))
	}
}

var approvalNonce = regexp.MustCompile(`wc_auth_nonce=([0-9a-zA-Z]+)`)

// keepApprovalNonce binds {wc_auth_nonce} from the approval page.
func (p *player) keepApprovalNonce(page []byte) {
	for _, link := range recording.Links(page) {
		if m := approvalNonce.FindStringSubmatch(link); m != nil {
			p.context.Names["wc_auth_nonce"] = m[1]
		}
	}
}

// surround gives the store what was around the recorded one: its address, the plugins that recorded it, and no way out
// to the Internet.
func (p *player) surround() {
	p.store.shop.Update(func(st *shop.Store) {
		st.SetHome(recordedBase)
		e := st.Environment()
		e.RemotePost, e.RemoteGet = 0, 0
		e.MustUsePlugins = []core.Plugin{{File: "golden.php", Name: "golden.php"},
			{File: "quiet.php", Name: "quiet.php"}}
		st.SetEnvironment(e)
	})
}
