package wcauth

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // WordPress names its cookies so
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// sessionLength is how long a login lasts without "remember me".
const sessionLength = 48 * time.Hour

// salt signs cookies and nonces, together with secrets that only the store knows. A fixed text will do, because a
// sandbox protects nothing.
const salt = "the salt of a store that protects nothing"

func sign(parts ...string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(mac.Sum(nil))
}

// cookieHash is the end of the names of WordPress's cookies.
func (v *visit) cookieHash() string {
	digest := md5.Sum([]byte(v.base)) //nolint:gosec // see above
	return hex.EncodeToString(digest[:])
}

// recognise finds out by the cookie who is logged in.
func (v *visit) recognise() {
	cookie, err := v.r.Cookie("wordpress_logged_in_" + v.cookieHash())
	if err != nil {
		return
	}
	value, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return
	}
	parts := strings.Split(value, "|")
	if len(parts) != 4 {
		return
	}
	expires, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || v.config.Now().Unix() > expires {
		return
	}
	v.config.Locked(false, func(d *identity.Directory) {
		u, ok := d.ByLogin(parts[0])
		if ok && hmac.Equal([]byte(parts[3]), []byte(sign(parts[0], parts[1], parts[2], u.Password))) {
			v.user = accountOf(u, parts[2])
		}
	})
}

// account is what a page needs of a user, read while the store was locked; the zero value is nobody.
type account struct {
	id                    int64
	login, password       string
	display, email, token string // token is that of the session
	manages               bool
}

func (a account) known() bool { return a.id != 0 }

func accountOf(u *identity.User, token string) account {
	return account{
		id: u.ID, login: u.Login, password: u.Password, display: u.DisplayName, email: u.Email, token: token,
		manages: u.Can("manage_woocommerce"),
	}
}

// signOn checks a login name, or mail address, and a password. It logs the user in when they fit.
func (v *visit) signOn(name, password string) bool {
	v.user = account{}
	v.config.Locked(true, func(d *identity.Directory) {
		if u, ok := d.ByLogin(strings.TrimSpace(name)); ok && password != "" && u.Password == password {
			v.user = accountOf(u, v.config.Hex(43))
		}
	})
	if !v.user.known() {
		return false
	}
	expires := strconv.FormatInt(v.config.Now().Add(sessionLength).Unix(), 10)
	u := v.user
	value := url.QueryEscape(strings.Join(
		[]string{u.login, expires, u.token, sign(u.login, expires, u.token, u.password)}, "|",
	))
	v.setSession(value, "")
	return true
}

// setSession sets the cookies of a login, one for each part of the site.
func (v *visit) setSession(value, attributes string) {
	hash := v.cookieHash()
	scheme := "wordpress_"
	if strings.HasPrefix(v.base, "https://") {
		scheme = "wordpress_sec_"
	}
	v.setCookie(scheme+hash, value, attributes, v.sitePath()+"wp-content/plugins")
	v.setCookie(scheme+hash, value, attributes, v.sitePath()+"wp-admin")
	v.setCookie("wordpress_logged_in_"+hash, value, attributes, v.sitePath())
}

// sitePath is the path of the home address with slashes around it.
func (v *visit) sitePath() string {
	if parsed, err := url.Parse(v.base); err == nil {
		return strings.TrimSuffix(parsed.Path, "/") + "/"
	}
	return "/"
}

// setCookie writes a cookie as PHP's setcookie does.
func (v *visit) setCookie(name, value, attributes, path string) {
	cookie := name + "=" + value + attributes + "; path=" + path
	if strings.HasPrefix(v.base, "https://") {
		cookie += "; secure"
	}
	v.w.Header().Add("Set-Cookie", cookie+"; HttpOnly")
}

// The actions nonces are made for.
const (
	grantAction  = "wc_auth_grant_access"
	loginAction  = "woocommerce-login"
	logoutAction = "log-out"
)

// tick is half the life of a nonce.
const tick = 12 * time.Hour

func (v *visit) nonceAt(action string, n int64) string {
	return sign("nonce", strconv.FormatInt(n, 10), action, strconv.FormatInt(v.user.id, 10), v.user.token)[:10]
}

func (v *visit) tick() int64 { return v.config.Now().Unix()/int64(tick/time.Second) + 1 }

// nonce is wp_create_nonce.
func (v *visit) nonce(action string) string { return v.nonceAt(action, v.tick()) }

// verifyNonce accepts nonces of this tick and the one before.
func (v *visit) verifyNonce(nonce, action string) bool {
	return nonce != "" && (hmac.Equal([]byte(nonce), []byte(v.nonceAt(action, v.tick()))) ||
		hmac.Equal([]byte(nonce), []byte(v.nonceAt(action, v.tick()-1))))
}
