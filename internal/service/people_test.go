package service

import (
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/people/peopletest"
)

// What codes are made of is encrypted anew with a new master key, and codes go on being taken.
func TestCodesOutliveTheMasterKey(t *testing.T) {
	t.Parallel()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir}})
	ok(err)
	s, err := Open(t.Context(), Options{Config: cfg, Logger: slog.New(slog.DiscardHandler)})
	ok(err)
	t.Cleanup(func() { ok(s.Close()) })
	const email, password = "sam@example.com", "four words are enough"
	_, link, err := s.People.Invite(t.Context(), access.Local("test"),
		people.Invited{Email: email, Role: access.Viewer})
	ok(err)
	bears, err := s.People.Accept(t.Context(), link, people.Accepted{Password: password}, people.Browser{})
	ok(err)
	session, _, err := s.People.Session(t.Context(), bears)
	ok(err)
	setup, err := s.People.BeginCode(t.Context(), session)
	ok(err)
	u, err := url.Parse(setup.URL)
	ok(err)
	seed, now := u.Query().Get("secret"), time.Now()
	ok(s.People.FinishCode(t.Context(), session, setup.Ticket, peopletest.Code(t, seed, now)))
	before, err := s.db.UserByEmail(t.Context(), email)
	ok(err)
	ok(s.RotateMasterKey(t.Context()))
	after, err := s.db.UserByEmail(t.Context(), email)
	ok(err)
	if string(before.TOTP) == string(after.TOTP) {
		t.Error("it is still encrypted with the earlier key")
	}
	step, err := s.People.SignIn(t.Context(), people.Attempt{Email: email, Password: password})
	ok(err)
	_, err = s.People.SignInCode(t.Context(), step.Second, peopletest.Code(t, seed, now.Add(30*time.Second)),
		people.Browser{})
	ok(err)
}
