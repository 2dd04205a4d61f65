package stores

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people and programs about connecting and naming stores.

func noName(name string) error {
	return problem.New(problem.Usage, "%q cannot be the name of a store", name).
		Next("Use letters, digits, dots, dashes and underscores, such as: my-shop")
}

func notAnAddress(err error) error {
	return problem.Wrap(problem.Usage, err, "%s", strings.TrimPrefix(err.Error(), "doctor: ")).
		Next("Give the address of the shop, like https://shop.example")
}

func nameTaken(name string) *problem.Problem {
	return problem.New(problem.StoreExists, "a store called %q is connected already", name).
		Next("Choose another name with --name")
}

func alreadyConnected(st storage.Store) error {
	return problem.New(problem.StoreExists, "%s is connected already, as %q", st.HomeURL, st.Name).
		Next("Copy it with: waybill sync %s --once. To replace its key: waybill stores rekey %s", st.Name, st.Name)
}

func noAddress(text string, err error) error {
	return problem.Wrap(problem.Usage, err, "%q is no address", text)
}

func connectedAs(home, name string) error {
	return problem.New(problem.StoreExists, "%s is connected already, as %q", home, name)
}

func anotherShop(st storage.Store, to string, order storage.Ref, found likeness) error {
	p := problem.New(problem.StoreElsewhere, "the shop at %s is not %s as it is known: it does not have %s as it is "+
		"known here; nothing was changed", to, st.Name, order)
	if found == earlierCopy {
		return p.Next("It has older records of %s, so it is an earlier copy of that shop, or this one was deleted "+
			"or put back since. If it was: waybill stores move %[1]s %s --sure", st.Name, to)
	}
	return p.Next("A shop of its own is connected as such: waybill connect %s", to)
}

func thereAlready(st storage.Store) error {
	return problem.New(problem.StoreExists, "%s is asked at %s already", st.Name, st.HomeURL)
}

// stillThere says that a shop answers at the old address as well: one of the two is a copy.
func stillThere(st storage.Store, to string) error {
	return problem.New(problem.StoreElsewhere, "the shop %s still answers at %s and calls that its address, so the "+
		"one at %s may be a copy of it; nothing was changed", st.Name, st.HomeURL, to).
		Next("If the shop has moved and the old one is about to be switched off: waybill stores move %s %s --sure",
			st.Name, to)
}

func looksLike(st storage.Store, order storage.Ref, to string) string {
	return fmt.Sprintf("This looks like the shop %[1]s, which is connected at %[2]s: it has the same %[3]s. What "+
		"was written to %[1]s is not known here, and would be made again. If the shop has moved, remove this one "+
		"(waybill stores remove), then: waybill stores move %[1]s %[4]s. If one is a copy of the other, both are right",
		st.Name, st.HomeURL, order, to)
}

// Keys as they are given.

func keyMissing() error {
	return problem.New(problem.CredentialsMissing, "a consumer key and a consumer secret are needed").
		Next("Make them in WooCommerce > Settings > Advanced > REST API and set WAYBILL_KEY and WAYBILL_SECRET")
}

func openToAll() error {
	return problem.Wrap(problem.StoreFailed, ErrOpenToAll,
		"the shop shows its records to everybody, so no key can be seen to work").
		Next("Let it show them to nobody without a key; waybill doctor says what hinders that")
}

func keySwapped() error {
	return problem.New(problem.Usage, "key and secret are swapped: the key begins with ck_, the secret with cs_").
		Next("Give them the other way round")
}

func keyWithBlank() error {
	return problem.New(problem.Usage, "the key or the secret holds a blank or a line break").
		Next("Copy them again, without blanks around them")
}

func keyQuoted() error {
	return problem.New(problem.Usage, "there are quotation marks around the consumer key or the consumer secret").
		Next("Give them without: what a file or a variable holds is taken as it is")
}

func passwordLost() error {
	return problem.New(problem.Usage,
		"the password in the address would be lost: only key and secret can stay in the environment").
		Next("Let Waybill store the credentials, encrypted: leave the option out")
}

// What a store answered when it was connected.

func mayNotRead(route, code string, scope doctor.Scope, err error) error {
	return problem.Wrap(problem.PermissionMissing, err,
		"the key is valid, but the user it belongs to may not read %s (%s)", route, code).
		Next("Give the key to a user with the role Shop manager, or make a role of its own: waybill role "+
			"--for %s", scope)
}

func noList(route string, err error) error {
	return problem.Wrap(problem.StoreFailed, err,
		"the store answered the question for %s with something else than a list", route).
		Next("A plugin may change the API's answers; %s", shop.AskDoctor)
}

func answersVary(p *problem.Problem, err error) *problem.Problem {
	return problem.Wrap(p.Code, err,
		"%s. A moment before, the doctor was answered: the store answers the same request "+
			"differently from one time to the next", strings.TrimRight(p.Message, "."))
}

func foundByDoctor(code problem.Code, root *doctor.Finding, err error) *problem.Problem {
	return problem.Wrap(code, err, "%s. %s", root.Title, strings.TrimRight(root.Why, "."))
}

// Which store is meant.

func names(stores []storage.Store) string {
	list := make([]string, len(stores))
	for i, st := range stores {
		list[i] = st.Name
	}
	return strings.Join(list, ", ")
}

func several(stores []storage.Store) error {
	return problem.New(problem.StoreAmbiguous, "several stores are connected: %s", names(stores)).
		Next("Name one of them")
}

func notCalled(name string, stores []storage.Store) error {
	return problem.New(problem.StoreNotFound, "no store is called %q here", name).
		Next("Connected are: %s", names(stores))
}

func paused(st storage.Store) error {
	return problem.New(problem.StorePaused, "store %s is paused", st.Name).
		Next("Resume it: waybill stores resume %s", st.Name)
}

func allPaused(one storage.Store) error {
	return problem.New(problem.StorePaused, "every store is paused").
		Next("Resume one: waybill stores resume %s", one.Name)
}

func noHome(word string) error {
	return problem.New(problem.Usage, "--home %s is not known", word).Next("Give --home given or --home named")
}

// NothingConnected returns the problem for a person who has no store yet, or uses another database than the person
// thinks.
func NothingConnected(where string) *problem.Problem {
	return problem.New(problem.StoreNotFound, "no store is connected yet in %s", where).
		Next("Connect one: waybill connect https://shop.example, or see how it works with: waybill demo. If one is "+
			"connected elsewhere, name its directory with --data or WAYBILL_DATA").
		Detail("looked_in", where)
}

func leadsToAnother(st storage.Store, home string) error {
	return problem.New(problem.StoreChangedKey, "%s now leads to another store, %s", st.HomeURL, home).
		Next("If the shop has moved, connect it anew: waybill connect %s", home)
}
