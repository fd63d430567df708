/** Fails after a time; what comes later all the same is handed to `late`. */
export function within<T>(
    ms: number,
    message: string,
    promise: Promise<T>,
    late: (value: T) => void = () => undefined,
): Promise<T> {
    return new Promise((resolve, reject) => {
        let over = false;
        const timer = setTimeout(() => {
            over = true;
            reject(new Error(message));
        }, ms);
        promise.then(
            (value) => {
                clearTimeout(timer);
                if (over) {
                    late(value);
                }
                resolve(value);
            },
            (error: Error) => {
                clearTimeout(timer);
                reject(error);
            },
        );
    });
}
