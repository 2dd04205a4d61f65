package taxes

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

func installedTaxClasses() []TaxClass {
	return []TaxClass{{"reduced-rate", "Reduced rate"}, {"zero-rate", "Zero rate"}}
}

// TaxClasses are the classes beside the standard one, by name.
func (s *Store) TaxClasses() []TaxClass { return s.taxClasses }

// SetTaxClasses replaces the classes beside the standard one.
func (s *Store) SetTaxClasses(classes []TaxClass) {
	s.taxClasses = classes
	slices.SortStableFunc(s.taxClasses, func(a, b TaxClass) int { return core.CompareCollated(a.Name, b.Name) })
}

// KnowsTaxClass says whether a slug names a class. The slug of the standard class is "".
func (s *Store) KnowsTaxClass(slug string) bool {
	_, ok := s.taxClass(slug)
	return ok || slug == ""
}

// taxClass finds a class beside the standard one.
func (s *Store) taxClass(slug string) (TaxClass, bool) {
	i := slices.IndexFunc(s.taxClasses, func(c TaxClass) bool { return c.Slug == slug })
	if i < 0 {
		return TaxClass{}, false
	}
	return s.taxClasses[i], true
}

// longestClass is the width of the columns of tax classes, in characters.
const longestClass = 200

// createTaxClass adds a class (WC_Tax::create_tax_class). A class with too long a name is answered like any other, but
// not stored.
func (s *Store) createTaxClass(name string) (TaxClass, *rest.Error) {
	refuse := func(code, message string) (TaxClass, *rest.Error) {
		return TaxClass{}, rest.Errorf(400, "woocommerce_rest_tax_class_"+code, "%s", message)
	}
	if !rest.Truthy(name) {
		return refuse("invalid_name", "Tax class requires a valid name")
	}
	name = wptext.SanitizeTextField(name)
	if slices.ContainsFunc(s.taxClasses, func(c TaxClass) bool { return c.Name == name }) {
		return refuse("exists", "Tax class already exists")
	}
	slug := wptext.SanitizeTitle(name)
	if !rest.Truthy(slug) {
		return refuse("slug_invalid", "Tax class slug is invalid")
	}
	if s.KnowsTaxClass(slug) {
		return refuse("slug_exists", "Tax class slug already exists")
	}
	class := TaxClass{Slug: slug, Name: name}
	if max(len([]rune(name)), len([]rune(slug))) <= longestClass {
		s.SetTaxClasses(append(slices.Clone(s.taxClasses), class))
	}
	return class, nil
}

// deleteTaxClass removes a class with its rates.
func (s *Store) deleteTaxClass(class TaxClass) {
	s.taxClasses = slices.DeleteFunc(slices.Clone(s.taxClasses), func(c TaxClass) bool { return c == class })
	for _, rate := range slices.Collect(s.TaxRates.All()) {
		if rate.Class == class.Slug {
			s.TaxRates.Delete(rate)
		}
	}
}
