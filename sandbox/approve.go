package sandbox

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// Visit is where the owner of a shop ended after he went through the approval page.
type Visit struct {
	// Status and Page are of the last page of the shop that he saw.
	Status int
	Page   string
	// Back is where the shop sent his browser; empty when it did not.
	Back string
}

// Approve does what the owner of the shop does who follows an application's link to /wc-auth/v1/authorize. He logs in
// as a user of the store, such as "adm" or "sm", and approves with yes or denies. Approve follows the shop's own pages
// only. The error says that the shop showed no approval page; the Visit holds the page that it showed.
func (s *Server) Approve(ctx context.Context, link, login string, yes bool) (Visit, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Visit{}, err
	}
	client := s.Client()
	defer client.CloseIdleConnections()
	client.Jar = jar
	o := owner{client}
	at, v, err := o.follow(ctx, link, nil)
	if err != nil {
		return v, err
	}
	if strings.Contains(v.Page, "woocommerce-login-nonce") {
		form := url.Values{"username": {login}, "password": {"pw-" + login}, "login": {"Login"},
			"woocommerce-login-nonce": {hiddenField(v.Page, "woocommerce-login-nonce")},
			"redirect":                {hiddenField(v.Page, "redirect")}}
		if _, v, err = o.follow(ctx, at, form); err != nil {
			return v, err
		}
	}
	class := "wc-auth-deny"
	if yes {
		class = "wc-auth-approve"
	}
	m := regexp.MustCompile(`<a href="([^"]*)" class="[^"]*` + class).FindStringSubmatch(v.Page)
	if m == nil {
		return v, fmt.Errorf("sandbox: no approval page, but one of status %d", v.Status)
	}
	if !yes {
		v.Back = html.UnescapeString(m[1])
		return v, nil
	}
	status, to, page, err := o.open(ctx, html.UnescapeString(m[1]), nil)
	return Visit{Status: status, Page: page, Back: to}, err
}

// owner is the browser of the owner of a shop.
type owner struct{ *http.Client }

// follow opens a page, or posts form to it where form is not nil, and follows redirects.
func (o owner) follow(ctx context.Context, address string, form url.Values) (string, Visit, error) {
	for range 10 {
		status, to, page, err := o.open(ctx, address, form)
		if err != nil || to == "" {
			return address, Visit{Status: status, Page: page}, err
		}
		address, form = to, nil
	}
	return address, Visit{}, errors.New("sandbox: the way to the approval page has no end")
}

func (o owner) open(ctx context.Context, address string, form url.Values) (status int, to, page string, err error) {
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", "", err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := o.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), string(text), err
}

// hiddenField is the value of a hidden field of a form.
func hiddenField(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
