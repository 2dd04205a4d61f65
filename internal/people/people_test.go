package people_test

import (
	"cmp"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/people/peopletest"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestFirstAdministratorComesInByALinkOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one, err := b.First(b.ctx)
	b.ok(err)
	two, err := b.First(b.ctx) // another process, or a restart
	b.ok(err)
	link, err := b.Link(b.ctx, one)
	b.ok(err)
	if !link.First || link.Role != access.Administrator {
		t.Errorf("the link is %+v", link)
	}
	for name, a := range map[string]people.Accepted{
		"no address":     {Email: "sam", Password: password},
		"short password": {Email: email, Password: "short"},
		"easy password":  {Email: email, Password: "password123"},
		"own address":    {Email: email, Password: email},
		"one sign":       {Email: email, Password: "aaaaaaaaaaaa"},
		"lines":          {Email: email, Name: "a\nb", Password: password},
	} {
		if _, err := b.Accept(b.ctx, one, a, home); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bears, err := b.Accept(b.ctx, one, people.Accepted{Email: " Sam@Example.com ", Name: "<b>Sam</b>",
		Password: password}, home)
	b.ok(err)
	s := b.session(bears)
	if s.User.Email != email || s.Caller.Actor != email || access.Allowed(s.Caller, access.GroupsWrite) != nil {
		t.Errorf("signed in as %+v", s)
	}
	for _, used := range []string{one, two, "", "x", strings.Repeat("A", 52)} {
		_, err := b.Accept(b.ctx, used, people.Accepted{Email: "eve@example.com", Password: password}, home)
		b.fails(err, problem.LinkInvalid)
	}
	if again, err := b.First(b.ctx); err != nil || again != "" {
		t.Errorf("there is a link again: %q, %v", again, err)
	}
	b.holdsNowhere(one, two, bears, password)
}

func TestOfManyFirstAdministratorsOneComesIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var mu sync.Mutex
	var all sync.WaitGroup
	in := 0
	for _, name := range []string{"a", "b", "c", "d"} {
		link, err := b.First(b.ctx)
		b.ok(err)
		other := b.another()
		all.Go(func() {
			_, err := other.Accept(b.ctx, link, people.Accepted{Email: name + "@example.com", Password: password}, home)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if !problem.Is(err, problem.LinkInvalid) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if users, err := b.Users(b.ctx, root); err != nil || in != 1 || len(users) != 1 {
		t.Errorf("%d came in, there are %+v, %v", in, users, err)
	}
}

func TestPasswordSignsIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(email, access.Operator)
	bears := b.signIn(" SAM@example.com")
	s := b.session(bears)
	if s.Caller.Name != "Sam" || access.Allowed(s.Caller, access.StoresWrite) != nil ||
		!problem.Is(access.Allowed(s.Caller, access.TokensWrite), problem.ScopeMissing) || s.Unfinished {
		t.Errorf("signed in as %+v", s)
	}
	other := b.another()
	if _, there, err := other.Session(b.ctx, bears); err != nil || !there {
		t.Errorf("another process does not know the session: %v", err)
	}
	var told []string
	for _, a := range []people.Attempt{{Email: email, Password: "wrong words here", In: home},
		{Email: "nobody@example.com", Password: password, In: home}, {Email: "", Password: "", In: home}} {
		_, err := b.SignIn(b.ctx, a)
		b.fails(err, problem.SignInRefused)
		told = append(told, err.Error())
	}
	if told[0] != told[1] || told[1] != told[2] {
		t.Errorf("the answers tell who there is: %q", told)
	}
	b.ok(b.SignOut(b.ctx, s, home.From))
	b.signedOut(bears)
	b.holdsNowhere(bears, password, "wrong words here", "nobody@example.com")
	entries, err := b.audit.Audit(b.ctx, root, storage.AuditQuery{})
	b.ok(err)
	var done []string
	for _, e := range entries {
		done = append(done, e.Actor+" "+e.Action+" "+e.Code)
	}
	for _, want := range []string{email + " sign-in ", email + " sign-out ", email + " sign-in sign_in_refused",
		" sign-in sign_in_refused"} {
		if !strings.Contains("\n"+strings.Join(done, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%q is not in the audit log: %q", want, done)
		}
	}
}

func TestSessionEndsByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(email, access.Viewer)
	idle, used := b.signIn(email), b.signIn(email)
	for range 14 { // twelve hours each for a week
		b.clock.pass(people.StandardIdle - time.Minute)
		b.session(used)
	}
	b.signedOut(idle)
	b.clock.pass(3 * time.Hour)
	b.signedOut(used)
	fresh := b.signIn(email) // which also removes what has ended
	if all, own, err := b.Sessions(b.ctx, b.session(fresh)); err != nil || len(all) != 1 || own != 0 {
		t.Errorf("sessions %+v, own %d, %v", all, own, err)
	}
	if kept, err := b.db.UserSessions(b.ctx, b.session(fresh).User.ID); err != nil || len(kept) != 1 {
		t.Errorf("kept are %+v, %v", kept, err)
	}
}

func TestWhoFailsWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(email, access.Viewer)
	b.signIn(email)
	try := func(with string, from people.Browser) error {
		_, err := b.SignIn(b.ctx, people.Attempt{Email: email, Password: with, In: from})
		return err
	}
	for range 5 {
		b.fails(try("wrong words", home), problem.SignInRefused)
		b.clock.pass(10 * time.Millisecond)
	}
	b.fails(try(password, home), problem.TooManyRequests) // also with the right one: it is not looked at
	elsewhere := people.Browser{From: netip.MustParseAddr("198.51.100.1")}
	b.ok(try(password, elsewhere)) // a stranger does not keep the user out
	b.clock.pass(3 * time.Second)
	b.ok(try(password, home))
	b.ok(try(password, home)) // and what failed before is forgotten
	for range 5 {
		b.fails(try("wrong words", home), problem.SignInRefused)
	}
	waits := 0
	for range 20 { // each failure doubles the wait, up to a bound
		for problem.Is(try("wrong words", home), problem.TooManyRequests) {
			b.clock.pass(time.Second)
			waits++
		}
		if waits > 2000 {
			break
		}
	}
	if waits < 1000 {
		t.Errorf("twenty more guesses took %d s", waits)
	}
}

func TestWaitsAreSharedByProcessesAndByNetworks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(email, access.Viewer)
	others := []*people.Keeper{b.another(), b.another(), b.another()}
	var all sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for i := range 24 {
		all.Go(func() {
			from := people.Browser{From: netip.MustParseAddr("2001:db8::1:" + string("0123456789abcdef"[i%16]))}
			_, err := others[i%3].SignIn(b.ctx, people.Attempt{Email: email, Password: "wrong words", In: from})
			mu.Lock()
			defer mu.Unlock()
			if problem.Is(err, problem.SignInRefused) {
				tried++
			} else if !problem.Is(err, problem.TooManyRequests) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if tried != 5 {
		t.Errorf("of 24 guesses at a time %d were tried, want 5", tried)
	}
}

func TestCodeIsAskedForBehindThePassword(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *people.Options) { o.Second = people.SecondAdministrators })
	b.user(email, access.Administrator)
	bears := b.signIn(email)
	s, elsewhere := b.session(bears), b.signIn(email)
	if !s.Unfinished {
		t.Error("an administrator without a code may do everything")
	}
	setup, err := b.BeginCode(b.ctx, s)
	b.ok(err)
	seed := seedIn(t, setup.URL)
	b.fails(b.FinishCode(b.ctx, s, setup.Ticket, "000000"), problem.SignInRefused)
	b.ok(b.FinishCode(b.ctx, s, setup.Ticket, peopletest.Code(t, seed, b.clock.Now())))
	b.fails(b.FinishCode(b.ctx, s, setup.Ticket, peopletest.Code(t, seed, b.clock.Now())), problem.LinkInvalid)
	b.signedOut(elsewhere)
	if s = b.session(bears); s.Unfinished {
		t.Error("it is still not finished")
	}
	b.fails(b.DropCode(b.ctx, s), problem.InputInvalid)

	step, err := b.SignIn(b.ctx, people.Attempt{Email: email, Password: password, In: home})
	b.ok(err)
	if step.Session != "" || step.Second == "" {
		t.Fatalf("the step is %+v", step)
	}
	b.signedOut(step.Second)
	if w, err := b.Waiting(b.ctx, step.Second); err != nil || !w.Code || w.Passkey {
		t.Errorf("waiting is %+v, %v", w, err)
	}
	used := peopletest.Code(t, seed, b.clock.Now())
	_, err = b.SignInCode(b.ctx, step.Second, used, home) // it was used to set it up
	b.fails(err, problem.SignInRefused)
	b.clock.pass(time.Minute)
	code := peopletest.Code(t, seed, b.clock.Now())
	in, err := b.SignInCode(b.ctx, step.Second, code[:3]+" "+code[3:], home)
	b.ok(err)
	if got := b.session(in); got.How != "password and code" || got.Unfinished {
		t.Errorf("signed in as %+v", got)
	}
	_, err = b.SignInCode(b.ctx, step.Second, code, home)
	b.fails(err, problem.LinkInvalid)
	b.holdsNowhere(step.Second, in, seed, setup.Ticket)
}

func TestCodesAreGuessedSlowly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user(email, access.Viewer)
	s := b.session(b.signIn(email))
	setup, err := b.BeginCode(b.ctx, s)
	b.ok(err)
	b.ok(b.FinishCode(b.ctx, s, setup.Ticket, peopletest.Code(t, seedIn(t, setup.URL), b.clock.Now())))
	step, err := b.SignIn(b.ctx, people.Attempt{Email: email, Password: password, In: home})
	b.ok(err)
	for i := range 20 {
		if _, err = b.SignInCode(b.ctx, step.Second, "000000", home); problem.Is(err, problem.TooManyRequests) {
			if i > 6 {
				t.Errorf("%d codes were tried", i)
			}
			return
		}
	}
	t.Errorf("all codes were tried: %v", err)
}

func TestWhatTakesARightAwayEndsSessions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("root@example.com", access.Administrator)
	b.user(email, access.Operator)
	for name, act := range map[string]func() error{
		"another role": func() error { _, err := b.SetRole(b.ctx, root, email, access.Viewer); return err },
		"another password": func() error {
			return b.SetPassword(b.ctx, b.session(b.signIn(email)), password, password, home)
		},
		"signed out elsewhere": func() error { return b.SignOutOthers(b.ctx, b.session(b.signIn(email))) },
	} {
		bears := b.signIn(email)
		if err := act(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b.signedOut(bears)
	}
	bears := b.signIn(email)
	_, link, err := b.Reset(b.ctx, root, email)
	b.ok(err)
	b.signedOut(bears)
	_, err = b.SignIn(b.ctx, people.Attempt{Email: email, Password: password, In: home})
	b.fails(err, problem.SignInRefused)
	bears, err = b.Accept(b.ctx, link, people.Accepted{Name: "Sam", Password: password}, home)
	b.ok(err)
	_, err = b.Remove(b.ctx, root, email)
	b.ok(err)
	b.signedOut(bears)
	b.holdsNowhere(link)
}

func TestLinkIsGoodForItsTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, link, err := b.Invite(b.ctx, root, people.Invited{Email: email, Role: access.Viewer})
	b.ok(err)
	b.clock.pass(7*24*time.Hour - time.Second)
	_, err = b.Link(b.ctx, link)
	b.ok(err)
	b.clock.pass(time.Second)
	_, err = b.Accept(b.ctx, link, people.Accepted{Password: password}, home)
	b.fails(err, problem.LinkInvalid)
	_, newer, err := b.Reset(b.ctx, root, email)
	b.ok(err)
	_, newest, err := b.Reset(b.ctx, root, email)
	b.ok(err)
	_, err = b.Accept(b.ctx, newer, people.Accepted{Password: password}, home)
	b.fails(err, problem.LinkInvalid)
	_, err = b.Accept(b.ctx, newest, people.Accepted{Password: password}, home)
	b.ok(err)
}

func TestThereIsAlwaysAnAdministrator(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("a@example.com", access.Administrator)
	b.user("b@example.com", access.Administrator)
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, email := range []string{"a@example.com", "b@example.com"} {
		all.Go(func() {
			if i == 0 {
				_, errs[i] = b.another().Remove(b.ctx, root, email)
			} else {
				_, errs[i] = b.another().SetRole(b.ctx, root, email, access.Viewer)
			}
		})
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !problem.Is(cmp.Or(errs[0], errs[1]), problem.InputInvalid) {
		t.Errorf("both went, or none: %v", errs)
	}
}

func TestGroupsKeepPeopleApart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.audit.CreateGroup(b.ctx, "acme")
	b.ok(err)
	b.user("root@example.com", access.Administrator)
	u, _, err := b.Invite(b.ctx, root, people.Invited{Email: email, Role: access.Administrator, Group: "acme"})
	b.ok(err)
	head := access.Person(u.Email, "", u.GroupID, access.Administrator)
	all, err := b.Users(b.ctx, head)
	b.ok(err)
	if len(all) != 1 || all[0].Email != email {
		t.Errorf("it sees %+v", all)
	}
	for _, act := range []func() error{
		func() error { _, err := b.Remove(b.ctx, head, "root@example.com"); return err },
		func() error { _, _, err := b.Reset(b.ctx, head, "root@example.com"); return err },
		func() error { _, err := b.SetRole(b.ctx, head, "root@example.com", access.Viewer); return err },
		func() error { _, err := b.User(b.ctx, head, "root@example.com"); return err },
	} {
		b.fails(act(), problem.UserNotFound)
	}
	own, _, err := b.Invite(b.ctx, head, people.Invited{Email: "ann@example.com", Role: access.Viewer})
	b.ok(err)
	if own.GroupID != u.GroupID {
		t.Errorf("it is in group %d", own.GroupID)
	}
	b.fails(access.Allowed(head, access.GroupsWrite), problem.ScopeMissing)
	_, _, err = b.Invite(b.ctx, head, people.Invited{Email: "root@example.com", Role: access.Viewer})
	b.fails(err, problem.UserExists)
	_, err = b.Remove(b.ctx, root, email) // it heads a group, not the installation
	b.ok(err)
}

func TestDemoSignsThisMachineIn(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *people.Options) { o.Second = people.SecondEverybody })
	link, err := b.Demo(b.ctx)
	b.ok(err)
	_, err = b.EnterDemo(b.ctx, link, home)
	b.fails(err, problem.LinkInvalid)
	here := people.Browser{From: netip.MustParseAddr("127.0.0.1")}
	for range 2 {
		bears, err := b.EnterDemo(b.ctx, link, here)
		b.ok(err)
		if s := b.session(bears); s.Unfinished || s.User.Email != "demo@localhost" {
			t.Errorf("signed in as %+v", s)
		}
	}
	_, err = b.Accept(b.ctx, link, people.Accepted{Password: password}, here)
	b.fails(err, problem.LinkInvalid)
}
