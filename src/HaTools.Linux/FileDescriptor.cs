using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>Owns a file descriptor and closes it when it is disposed of.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    /// <summary>Takes a descriptor over.</summary>
    /// <param name="descriptor">The descriptor; -1: none.</param>
    /// <param name="owns">False: it is somebody else's, and is not closed.</param>
    public FileDescriptor(int descriptor, bool owns = true) : base(-1, owns) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The number, for epoll and /proc/self/fd; it is good only while this object is alive and not disposed of.</summary>
    public int Value => (int)handle;

    /// <summary>Takes over what a call returned, or throws what it left in errno.</summary>
    /// <param name="descriptor">The call's result.</param>
    /// <param name="operation">What was being done (see <see cref="LinuxException"/>).</param>
    /// <param name="objectName">To what; null: nothing to name.</param>
    /// <param name="advice">What to do about it; null: nothing to say.</param>
    /// <exception cref="LinuxException">The result is -1.</exception>
    public static FileDescriptor OrThrow(int descriptor, string operation, string? objectName = null, string? advice = null) =>
        descriptor >= 0 ? new FileDescriptor(descriptor) : throw LinuxException.Last(operation, objectName, advice);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
