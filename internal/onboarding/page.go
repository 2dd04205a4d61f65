package onboarding

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// choose looks at the addresses of the approval page, and gives the first one that leads to a page on which somebody
// can log in. Where none does it gives the first, and what is wrong with it.
func (k *Keeper) choose(ctx context.Context, client *http.Client, links []string) (string, failure) {
	var first failure
	for i, link := range links {
		f := k.look(ctx, client, link)
		if f.reason == "" {
			return link, f
		}
		if i == 0 {
			first = f
		}
		if f.reason != PageMissing {
			break
		}
	}
	return links[0], first
}

// hops is how many redirects lead from the approval page to a login at most.
const hops = 5

// look follows the way of somebody who is not logged in, and says where it ends short of a login.
func (k *Keeper) look(ctx context.Context, client *http.Client, link string) failure {
	at, err := url.Parse(link)
	if err != nil {
		return pageSilent(err)
	}
	shop := at.Host
	for range hops {
		res, err := k.get(ctx, client, at.String())
		if err != nil {
			return pageSilent(withoutAddress(err))
		}
		page := read(res)
		to := res.Header.Get("Location")
		if res.StatusCode < 300 || res.StatusCode > 399 || to == "" {
			return judge(at, res.StatusCode, page)
		}
		if at, err = at.Parse(to); err != nil {
			return pageSilent(err)
		}
		if at.Query().Has("wc-auth/v1") {
			return plainPermalinks()
		}
		if !strings.EqualFold(at.Host, shop) {
			return failure{} // a single sign-on: people log in elsewhere, and come back
		}
	}
	return pageLoops()
}

// judge says what a page is, if no login.
func judge(at *url.URL, status int, page string) failure {
	switch {
	case status == http.StatusOK && isLogin(at, page):
		return failure{}
	case status == http.StatusOK:
		return pageHidden(titleOf(page))
	case status == http.StatusUnauthorized && strings.Contains(page, "Access denied"):
		return pageRefuses(refusal(page))
	case status == http.StatusNotFound:
		return pageMissing()
	}
	return pageBlocked(status, titleOf(page))
}

func isLogin(at *url.URL, page string) bool {
	return strings.Contains(page, "wc-auth") || strings.HasSuffix(at.Path, "/wp-login.php") ||
		strings.Contains(page, `type="password"`)
}

var (
	titleForm   = regexp.MustCompile(`(?is)<title>(.*?)</title>`)
	refusalForm = regexp.MustCompile(`(?s)Error: (.{1,300}?)\.?\s*</`)
)

// titleOf is what a page calls itself, for people; empty when it does not say.
func titleOf(page string) string { return found(titleForm, page) }

// refusal is what the page says of why it gives no key.
func refusal(page string) string { return found(refusalForm, page) }

func found(form *regexp.Regexp, page string) string {
	m := form.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	const longest = 120
	text := []rune(strings.Join(strings.Fields(html.UnescapeString(m[1])), " "))
	return string(text[:min(len(text), longest)])
}
