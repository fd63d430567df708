package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

// annotationProvisioner is how Kubernetes marks a claim for its class's provisioner.
const annotationProvisioner = "volume.kubernetes.io/storage-provisioner"

const (
	firstRetry   = 100 * time.Millisecond
	slowestRetry = 10 * time.Second
)

// expander does what an external resizer does for a volume that needs nothing done to it: a directory has no size.
// The API server lets a claim grow only where its class has allowVolumeExpansion.
type expander struct {
	client          kubernetes.Interface
	provisionerName string
}

// run grows volumes until the context ends.
func (e *expander) run(ctx context.Context) {
	queue := workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](firstRetry, slowestRetry))
	defer queue.ShutDown()
	factory := informers.NewSharedInformerFactory(e.client, 0)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	enqueue := func(object any) {
		if claim, ok := object.(*corev1.PersistentVolumeClaim); ok && e.mustGrow(claim) {
			queue.Add(cache.MetaObjectToName(claim))
		}
	}
	handlers := cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	}
	if _, err := claims.AddEventHandler(handlers); err != nil {
		klog.ErrorS(err, "Volumes can't grow")
		return
	}
	factory.Start(ctx.Done())
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	for {
		name, end := queue.Get()
		if end {
			return
		}
		if err := e.grow(ctx, name); err != nil {
			klog.ErrorS(err, "The volume could not grow yet", "claim", name)
			queue.AddRateLimited(name)
		} else {
			queue.Forget(name)
		}
		queue.Done(name)
	}
}

// mustGrow tells whether the claim is ours, bound, and asks for more than it has.
func (e *expander) mustGrow(claim *corev1.PersistentVolumeClaim) bool {
	return claim.Annotations[annotationProvisioner] == e.provisionerName &&
		claim.Status.Phase == corev1.ClaimBound &&
		claim.DeletionTimestamp == nil &&
		wanted(claim).Cmp(claim.Status.Capacity[corev1.ResourceStorage]) > 0
}

func wanted(claim *corev1.PersistentVolumeClaim) *resource.Quantity {
	return claim.Spec.Resources.Requests.Storage()
}

// grow looks at the claim as it is now: what put it into the queue may be old.
func (e *expander) grow(ctx context.Context, name cache.ObjectName) error {
	claims := e.client.CoreV1().PersistentVolumeClaims(name.Namespace)
	claim, err := claims.Get(ctx, name.Name, metav1.GetOptions{})
	if err != nil || !e.mustGrow(claim) {
		return err
	}
	size := wanted(claim).DeepCopy()
	if err := e.growVolume(ctx, claim.Spec.VolumeName, size); err != nil {
		return fmt.Errorf("volume %s: %w", claim.Spec.VolumeName, err)
	}
	_, err = claims.UpdateStatus(ctx, grown(claim, size), metav1.UpdateOptions{})
	return err
}

// growVolume comes before the claim's status: what a claim has, its volume must have.
func (e *expander) growVolume(ctx context.Context, name string, size resource.Quantity) error {
	volumes := e.client.CoreV1().PersistentVolumes()
	volume, err := volumes.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if volume.Spec.Capacity.Storage().Cmp(size) >= 0 {
		return nil
	}
	wanted := volume.DeepCopy()
	wanted.Spec.Capacity[corev1.ResourceStorage] = size
	_, err = volumes.Update(ctx, wanted, metav1.UpdateOptions{})
	return err
}

// grown is the claim at the end of its growth: the new capacity, and no sign of a growth under way.
func grown(
	claim *corev1.PersistentVolumeClaim,
	size resource.Quantity,
) *corev1.PersistentVolumeClaim {
	result := claim.DeepCopy()
	result.Status.Capacity[corev1.ResourceStorage] = size
	delete(result.Status.AllocatedResourceStatuses, corev1.ResourceStorage)
	conditions := []corev1.PersistentVolumeClaimCondition{}
	for _, condition := range result.Status.Conditions {
		if condition.Type != corev1.PersistentVolumeClaimResizing &&
			condition.Type != corev1.PersistentVolumeClaimFileSystemResizePending {
			conditions = append(conditions, condition)
		}
	}
	result.Status.Conditions = conditions
	return result
}
