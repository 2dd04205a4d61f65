package signin_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/stage"
)

// A passkey is made and signs in, in a browser whose device confirms everything.
func TestPasskeySignsIn(t *testing.T) {
	t.Parallel()
	if !stage.FindBrowser() {
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatal("there is no Chromium")
		}
		t.Skip("there is no Chromium")
	}
	b := setup(t)
	b.user(email, access.Administrator)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	chromium, err := stage.OpenBrowser(ctx)
	b.ok(err)
	defer chromium.Close()
	tab, leave := chromium.Tab()
	defer leave()
	b.ok(stage.Look(tab, 1440, "light"))
	_, err = chromedp.Call(tab, webauthn.Enable, webauthn.EnableParams{})
	b.ok(err)
	_, err = chromedp.Call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{Protocol: "ctap2", Transport: "internal", HasResidentKey: true,
			HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	b.ok(err)
	at := "http://localhost" + b.url[strings.LastIndexByte(b.url, ':'):]
	do := func(what string, steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		step, over := context.WithTimeout(tab, time.Minute)
		defer over()
		if err := chromedp.Do(step, steps...); err != nil {
			text, _ := chromedp.Run(tab, chromedp.Text(chromedp.CSS("body")))
			t.Fatalf("%s: %v\n%s", what, err, text)
		}
	}
	see := func(css string) chromedp.Action[chromedp.Void] { return chromedp.WaitVisible(chromedp.CSS(css)) }

	// An administrator is asked to set something up first, and makes a passkey.
	do("signing in", chromedp.Navigate(at+"/sign-in"), see("#email"),
		chromedp.SendKeys(chromedp.CSS("#email"), email), chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS("form.card button.main")), see(`[data-passkey="new"] button`))
	do("making a passkey", chromedp.SendKeys(chromedp.CSS("#passkey-name"), "<b>Laptop</b>"),
		chromedp.Click(chromedp.CSS(`[data-passkey="new"] button`)), see(".side"))
	do("looking at it", chromedp.Navigate(at+"/account"), see(`form[action="/account/passkey/drop"]`))
	text, err := chromedp.Run(tab, chromedp.Text(chromedp.CSS("main")))
	if err != nil || !strings.Contains(text, "<b>Laptop</b>") {
		t.Errorf("the passkey is not shown as it is called: %v\n%s", err, text)
	}

	// It signs in alone, and behind the password.
	do("signing out", chromedp.Click(chromedp.CSS(`.side form[action="/sign-out"] button`)), see("#email"))
	do("signing in by it", chromedp.Click(chromedp.CSS(`[data-passkey="sign-in"] button`)), see(".side"))
	do("signing out again", chromedp.Click(chromedp.CSS(`.side form[action="/sign-out"] button`)), see("#email"))
	do("beginning with the password", chromedp.SendKeys(chromedp.CSS("#email"), email),
		chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS("form.card button.main")), see(`[data-second="yes"] button`))
	do("ending with it", chromedp.Click(chromedp.CSS(`[data-second="yes"] button`)), see(".side"))
	all, err := b.service.People.Users(t.Context(), access.Local("test"))
	b.ok(err)
	if len(all) != 1 || all[0].Passkeys != 1 {
		t.Errorf("there are %+v", all)
	}
}
