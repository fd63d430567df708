package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// endpointsLock keeps the leader's record in an annotation of an Endpoints object. client-go has
// dropped this kind of lock; upstream v4.0.2 still uses it.
type endpointsLock struct {
	client    kubernetes.Interface
	namespace string
	name      string
	identity  string
	// seen is the object as last read or written: an update must carry its resourceVersion.
	seen *corev1.Endpoints
}

var _ resourcelock.Interface = (*endpointsLock)(nil)

func (l *endpointsLock) Get(
	ctx context.Context,
) (*resourcelock.LeaderElectionRecord, []byte, error) {
	found, err := l.client.CoreV1().Endpoints(l.namespace).Get(ctx, l.name, metav1.GetOptions{})
	if err != nil {
		return nil, nil, err
	}
	l.seen = found
	record := &resourcelock.LeaderElectionRecord{}
	text := []byte(found.Annotations[resourcelock.LeaderElectionRecordAnnotationKey])
	if len(text) > 0 {
		err = json.Unmarshal(text, record)
	}
	return record, text, err
}

func (l *endpointsLock) Create(
	ctx context.Context,
	record resourcelock.LeaderElectionRecord,
) error {
	wanted := &corev1.Endpoints{
		ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: l.name},
	}
	if err := annotate(wanted, record); err != nil {
		return err
	}
	created, err := l.client.CoreV1().Endpoints(l.namespace).
		Create(ctx, wanted, metav1.CreateOptions{})
	if err == nil {
		l.seen = created
	}
	return err
}

func (l *endpointsLock) Update(
	ctx context.Context,
	record resourcelock.LeaderElectionRecord,
) error {
	if l.seen == nil {
		return errors.New("the lock was neither read nor created yet")
	}
	wanted := l.seen.DeepCopy()
	if err := annotate(wanted, record); err != nil {
		return err
	}
	updated, err := l.client.CoreV1().Endpoints(l.namespace).
		Update(ctx, wanted, metav1.UpdateOptions{})
	if err == nil {
		l.seen = updated
	}
	return err
}

func annotate(object *corev1.Endpoints, record resourcelock.LeaderElectionRecord) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	metav1.SetMetaDataAnnotation(
		&object.ObjectMeta, resourcelock.LeaderElectionRecordAnnotationKey, string(text))
	return nil
}

func (l *endpointsLock) RecordEvent(text string) {
	klog.InfoS("Leader election", "lock", l.Describe(), "identity", l.identity, "event", text)
}

func (l *endpointsLock) Identity() string { return l.identity }

func (l *endpointsLock) Describe() string { return l.namespace + "/" + l.name }

// runAsLeader runs work once this process is the leader. Losing the lock is an error, so that the
// process ends and Kubernetes starts it afresh.
func runAsLeader(
	ctx context.Context,
	client kubernetes.Interface,
	provisionerName string,
	work func(context.Context),
) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	lock := &endpointsLock{
		client:    client,
		namespace: ownNamespace(),
		name:      strings.ReplaceAll(provisionerName, "/", "-"),
		identity:  fmt.Sprintf("%s_%s", host, uuid.NewUUID()),
	}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:          lock,
		LeaseDuration: 15 * time.Second,
		RenewDeadline: 10 * time.Second,
		RetryPeriod:   2 * time.Second,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: work,
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return err
	}
	elector.Run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("the leader lock %s is lost", lock.Describe())
}

func ownNamespace() string {
	if namespace := os.Getenv("POD_NAMESPACE"); namespace != "" {
		return namespace
	}
	text, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if namespace := strings.TrimSpace(string(text)); err == nil && namespace != "" {
		return namespace
	}
	return metav1.NamespaceDefault
}
