package signin_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/service"
)

// bundle is a running service with its dashboard.
type bundle struct {
	*testing.T
	dir     string
	set     map[string]string
	service *service.Service
	url     string
	log     *log
}

const (
	email    = "sam@example.com"
	password = "four words are enough"
)

func setup(t *testing.T, settings ...string) *bundle {
	t.Helper()
	b := &bundle{T: t, dir: t.TempDir(), set: map[string]string{}, log: &log{}}
	for i := 0; i+1 < len(settings); i += 2 {
		b.set[settings[i]] = settings[i+1]
	}
	b.start("127.0.0.1:0")
	t.Cleanup(b.stop)
	return b
}

func (b *bundle) start(listen string) {
	b.Helper()
	b.set["data"] = b.dir
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + b.dir}, Flags: b.set})
	b.ok(err)
	b.service, err = service.Open(b.Context(),
		service.Options{Config: cfg, Logger: slog.New(slog.NewTextHandler(b.log, nil))})
	b.ok(err)
	b.ok(b.service.Start(b.Context(), service.Process{Role: "api", Idle: true, API: true, Listen: listen,
		Version: "test"}))
	b.url = "http://" + b.service.Listening()
}

func (b *bundle) stop() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.Context()), 20*time.Second)
	defer cancel()
	if err := b.service.Stop(ctx); err != nil {
		b.Errorf("stopping: %v", err)
	}
	if err := b.service.Close(); err != nil {
		b.Errorf("closing: %v", err)
	}
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// user makes a user with a password.
func (b *bundle) user(email string, role access.Role) {
	b.Helper()
	_, link, err := b.service.People.Invite(b.Context(), access.Local("test"), people.Invited{Email: email, Role: role})
	b.ok(err)
	_, err = b.service.People.Accept(b.Context(), link, people.Accepted{Name: "Sam", Password: password},
		people.Browser{})
	b.ok(err)
}

// browser keeps cookies and follows where it is led, as browsers do.
type browser struct {
	*bundle
	client *http.Client
}

func (b *bundle) browser() *browser {
	jar, err := cookiejar.New(nil)
	b.ok(err)
	return &browser{b, &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// page is where a browser ended up.
type page struct {
	status int
	path   string
	text   string
	header http.Header
}

// open opens a page.
func (w *browser) open(path string, headers ...string) page {
	w.Helper()
	return w.do(http.MethodGet, path, nil, headers...)
}

// send sends a form. Fields are pairs.
func (w *browser) send(path string, fields ...string) page {
	w.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.do(http.MethodPost, path, form)
}

func (w *browser) do(method, path string, form url.Values, headers ...string) page {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.url+path, strings.NewReader(form.Encode()))
	w.ok(err)
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.client.Do(req)
	w.ok(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	w.ok(err)
	return page{res.StatusCode, res.Request.URL.RequestURI(), string(text), res.Header}
}

// wants fails unless a page is where it should be and says what it should.
func (w *browser) wants(p page, path string, says ...string) page {
	w.Helper()
	if p.path != path {
		w.Fatalf("led to %s (%d), want %s:\n%s", p.path, p.status, path, p.text)
	}
	for _, s := range says {
		if !strings.Contains(p.text, s) {
			w.Fatalf("%s does not say %q:\n%s", p.path, s, p.text)
		}
	}
	return p
}

// field is the value of a hidden field.
func (p page) field(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.text)
	if found == nil {
		t.Fatalf("no field %s in:\n%s", name, p.text)
	}
	return found[1]
}
