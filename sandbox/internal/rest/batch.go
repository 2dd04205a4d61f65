package rest

import "slices"

// BatchLimit is the number of items WooCommerce accepts in one batch request.
const BatchLimit = 100

// BatchOperations are a controller's own functions, which a batch runs for each item. For a nil handler WooCommerce
// answers the item with an invalid-method error.
type BatchOperations struct {
	CreatePermission, UpdatePermission, DeletePermission Permission
	Create, Update, Delete                               Handler
	// CreateDefaults are the defaults of the item schema that a create starts from. The endpoint's arguments may have
	// others.
	CreateDefaults *Object
	// Prepare may change the request of an item before it runs. WooCommerce's variations and terms add the id of their
	// parent here. Nil changes nothing.
	Prepare func(item *Request)
}

// Batch runs a WooCommerce batch request: create, update and delete, each item with its own permission check and its
// own error. Parameters of items are neither validated nor sanitised by schema; handlers see them raw, as WooCommerce's
// do. More than BatchLimit items are answered with 413.
func Batch(r *Request, operations BatchOperations) (*Response, error) {
	params := r.Params()
	total := 0
	for _, action := range []string{"create", "update", "delete"} {
		total += len(Elements(params.Value(action)))
	}
	if total > BatchLimit {
		return nil, Errorf(413, "woocommerce_rest_request_entity_too_large",
			"Unable to accept more than %d items for this request.", BatchLimit)
	}
	answer := &Object{}
	run := func(action, method string, permission Permission, handler Handler, prepare func(Value) *Request) {
		items := Elements(params.Value(action))
		if len(items) == 0 {
			return
		}
		results := make(List, 0, len(items))
		for _, element := range items {
			item := prepare(element)
			if item == nil {
				continue
			}
			item.Method = method
			if operations.Prepare != nil {
				operations.Prepare(item)
			}
			results = append(results, r.batchItem(action, element, item, permission, handler))
		}
		if len(results) > 0 {
			answer.Set(action, results)
		}
	}
	run("create", "POST", operations.CreatePermission, operations.Create, func(element Value) *Request {
		item := r.within("POST")
		item.Defaults = operations.CreateDefaults.Clone()
		item.Form = AsObject(element).Clone()
		item.scalarBody = element != nil && !IsArray(element)
		item.Query = r.Query.Clone()
		return item
	})
	run("update", "PUT", operations.UpdatePermission, operations.Update, func(element Value) *Request {
		item := r.within("PUT")
		item.Form = AsObject(element).Clone()
		return item
	})
	run("delete", "DELETE", operations.DeletePermission, operations.Delete, func(element Value) *Request {
		item := r.within("DELETE")
		if IsArray(element) {
			item.Query = AsObject(element).Clone()
			item.Query.Set("force", true)
			return item
		}
		id := Int(element)
		if id == 0 {
			return nil
		}
		item.Query = NewObject("id", id, "force", true)
		return item
	})
	if answer.Len() == 0 {
		return &Response{Body: List{}}, nil
	}
	return &Response{Body: answer}, nil
}

// batchItem runs one item and returns its data or its error member.
func (r *Request) batchItem(action string, element Value, item *Request, permission Permission, handler Handler) Value {
	refuse := func(id Value, err error) Value {
		refusal := asError(err)
		if refusal.Code == fatalCode {
			panic(phpError(err.Error())) // PHP dies with the whole batch
		}
		return NewObject("id", id, "error", r.server.translated(refusal).Value())
	}
	failedID := func() Value {
		switch action {
		case "create":
			return int64(0)
		case "update":
			return item.Param("id")
		}
		if IsArray(element) {
			return item.Query // the request with the force that the batch added
		}
		return Int(element)
	}
	if permission != nil {
		if err := permission(item); err != nil {
			return refuse(failedID(), err)
		}
	}
	if handler == nil {
		return refuse(failedID(), invalidMethod(action+"_item"))
	}
	response, err := handler(item)
	if err == nil {
		err = thrown(r.HTTP)
	}
	if err != nil {
		return refuse(failedID(), err)
	}
	if item.scalarBody {
		// The record is stored, but PHP dies before it answers (recordings: batch-create-string-item).
		panic(phpError("Cannot access offset of type string on string"))
	}
	return Item{Data: response.Body, Links: item.hinted(response.Links)}
}

// hinted computes the targetHints of links now, because the items that follow may change them (recordings: cust-batch).
func (r *Request) hinted(links []Link) []Link {
	hinted := slices.Clone(links)
	for i := range hinted {
		if hinted[i].Rel == "self" {
			hinted[i].hints, hinted[i].hinted = r.server.targetHints(r, hinted[i].Href), true
		}
	}
	return hinted
}

func invalidMethod(name string) *Error {
	return Errorf(405, "invalid-method", "Method '%s' not implemented. Must be overridden in subclass.", name)
}
