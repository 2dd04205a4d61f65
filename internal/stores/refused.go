package stores

import (
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

var nameShape = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

func checkName(name string) error {
	if name == "" || nameShape.MatchString(name) {
		return nil
	}
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
