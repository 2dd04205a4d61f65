package rest

import (
	"net/http"
	"regexp"
	"strings"
)

// checkParams is WordPress's has_valid_params. It reports a broken JSON body, else missing parameters, else invalid
// ones.
func (r *Request) checkParams() *Error {
	if r.bodyErr != nil {
		return r.bodyErr
	}
	var missing List
	var names []string
	for i := range r.endpoint.arguments {
		a := &r.endpoint.arguments[i]
		if a.required && r.Param(a.name) == nil {
			missing = append(missing, a.name)
			names = append(names, a.name)
		}
	}
	if missing != nil {
		return Errorf(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): %s",
			strings.Join(names, ", ")).WithData("params", missing)
	}
	var refused invalidParams
	for i := range r.endpoint.arguments {
		a := &r.endpoint.arguments[i]
		v := r.sent(a.name)
		if v == nil {
			continue // absent, or the default, which is valid
		}
		switch {
		case a.rule.Validate != nil:
			refused.add(a.name, a.rule.Validate(r, a.name, v))
		case a.validator == validateBySchema:
			refused.add(a.name, a.active().validate(v, a.name))
		case a.validator == "wc_rest_validate_reports_request_arg":
			refused.add(a.name, validateReportDate(v, a.name))
		}
	}
	return refused.err()
}

var reportDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// validateReportDate is how WooCommerce checks the dates of its reports.
func validateReportDate(v Value, name string) *Error {
	text, ok := v.(string)
	if !ok {
		return invalid("woocommerce_rest_invalid_param", "%s is not of type string", name)
	}
	if !reportDate.MatchString(text) {
		return invalid("woocommerce_rest_invalid_date", "The date you provided is invalid.")
	}
	return nil
}

// Refused is returned by a Validate that gives no reason, like a PHP callback that returns false.
var Refused = &Error{Message: "Invalid parameter."}

// active is the schema of the argument with the choices of its rule.
func (a *argument) active() *schema {
	if a.rule.Enum == nil {
		return a.schema
	}
	changed := *a.schema
	if changed.items != nil {
		items := *changed.items
		items.enum = a.rule.Enum()
		changed.items = &items
	} else {
		changed.enum = a.rule.Enum()
	}
	return &changed
}

// sanitizeParams is WordPress's sanitize_params. It sanitises every parameter that has a definition, wherever it was
// sent. It also validates arguments without callbacks of their own.
func (r *Request) sanitizeParams() *Error {
	if len(r.endpoint.arguments) == 0 {
		return nil
	}
	var refused invalidParams
	for _, place := range r.places() {
		set := *place
		if set == r.endpoint.defaults {
			*place = r.endpoint.cleanDefaults
			continue
		}
		for i := 0; i < set.Len(); i++ {
			name, v := set.At(i)
			a, ok := r.endpoint.byName[name]
			if !ok {
				continue
			}
			clean, err := a.sanitize(r, v)
			if err != nil {
				refused.add(name, err)
				continue
			}
			set.values[i] = clean
		}
	}
	return refused.err()
}

// sanitize applies the argument's sanitising callback.
func (a *argument) sanitize(r *Request, v Value) (Value, *Error) {
	switch {
	case a.rule.Sanitize != nil:
		return a.rule.Sanitize(r, a.name, v)
	case a.sanitizer == bySchema:
		return a.active().sanitize(v), nil
	case a.sanitizer == "":
		if len(a.schema.types) == 0 {
			return v, nil
		}
		s := a.active()
		if err := s.validate(v, a.name); err != nil {
			return nil, err
		}
		return s.sanitize(v), nil
	}
	if sanitizer, ok := sanitizers[a.sanitizer]; ok {
		return sanitizer(v), nil
	}
	return v, nil
}

// invalidParams collects what rest_invalid_param reports.
type invalidParams struct {
	names           []string
	params, details *Object
}

func (p *invalidParams) add(name string, err *Error) {
	if err == nil {
		return
	}
	if p.params == nil {
		p.params, p.details = &Object{}, &Object{}
	}
	if !p.params.Has(name) {
		p.names = append(p.names, name)
	}
	p.params.Set(name, err.Message)
	if err != Refused {
		p.details.Set(name, err.Value())
	}
}

func (p *invalidParams) err() *Error {
	if p.names == nil {
		return nil
	}
	details := Value(p.details)
	if p.details.Len() == 0 {
		details = List{}
	}
	return Errorf(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): %s",
		strings.Join(p.names, ", ")).WithData("params", p.params, "details", details)
}

// The names of WordPress's default callbacks.
const (
	bySchema         = "rest_sanitize_request_arg"
	validateBySchema = "rest_validate_request_arg"
)

// checkedBy compiles arguments and their rules into what requests are checked with.
func checkedBy(arguments []argument, rules map[string]ArgRule) checked {
	c := checked{arguments: arguments, byName: make(map[string]*argument, len(arguments)),
		defaults: &Object{}, cleanDefaults: &Object{}}
	for i := range arguments {
		a := &arguments[i]
		a.rule = rules[a.name]
		c.byName[a.name] = a
		if a.fallback != nil {
			c.defaults.Set(a.name, a.fallback)
			// Choices that depend on the store are not known yet. The default is always one of them.
			fixed := *a
			fixed.rule.Enum = nil
			clean, err := fixed.sanitize(&Request{Header: noHeader}, a.fallback)
			if err != nil {
				panic("rest: the default of " + a.name + " is invalid: " + err.Message)
			}
			c.cleanDefaults.Set(a.name, clean)
		}
	}
	return c
}
