namespace HaTools.Linux.Tests;

public class ErrorTests
{
    [Theory]
    [InlineData(1, "EPERM", "operation not permitted")]
    [InlineData(11, "EAGAIN", "resource temporarily unavailable")]
    [InlineData(95, "EOPNOTSUPP", "operation not supported")]
    [InlineData(105, "ENOBUFS", "no buffer space available")]
    [InlineData(133, "EHWPOISON", "memory page has hardware error")]
    [InlineData(5, "EIO", "input/output error")]
    [InlineData(75, "EOVERFLOW", "value too large for defined data type")]
    [InlineData(524, "ENOTSUPP", "operation not supported by this kernel")]
    public void An_error_number_has_its_name_in_C_and_words(int errno, string name, string words)
    {
        Assert.Equal(name, Errno.Name(errno));
        Assert.Equal(words, Errno.Describe(errno));
    }

    [Fact]
    public void Every_number_of_the_ABI_has_a_name_of_its_own_and_others_say_their_number()
    {
        // 41 and 58 are numbers that the ABI leaves out.
        string[] names = [.. Enumerable.Range(1, 133).Where(n => n is not (41 or 58)).Select(Errno.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, n => Assert.Matches("^E[A-Z0-9]+$", n));
        Assert.Equal("errno 4711", Errno.Name(4711));
        Assert.Equal("errno 41", Errno.Name(41));
    }

    [Fact]
    public void An_exception_names_error_operation_object_and_advice()
    {
        var e = new LinuxException("opening the VRRP socket on", "eth0", Errno.EPERM, "run as root or grant CAP_NET_RAW");
        Assert.Equal("EPERM (operation not permitted): opening the VRRP socket on eth0; run as root or grant CAP_NET_RAW", e.Message);
        Assert.Equal((1, "EPERM"), (e.Errno, e.ErrnoName));
        Assert.Equal("ENODEV (no such device): looking around", new LinuxException("looking around", null, Errno.ENODEV).Message);
    }

    [Fact]
    public void The_errno_of_the_last_call_is_taken()
    {
        Assert.Equal(-1, Libc.socket(-1, 0, 0));
        Assert.Equal("EAFNOSUPPORT", LinuxException.Last("opening a socket").ErrnoName);
        Assert.Throws<LinuxException>(() => FileDescriptor.OrThrow(Libc.socket(-1, 0, 0), "opening a socket"));
    }

    [Fact]
    public void A_descriptor_is_closed_once_and_one_that_is_not_owned_never()
    {
        int number = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        var borrowed = new FileDescriptor(number, owns: false);
        borrowed.Dispose();
        FileDescriptor owner = FileDescriptor.OrThrow(number, "opening a socket");
        Assert.Equal(number, owner.Value);
        Assert.Equal(0, Libc.setsockopt(owner, Libc.SOL_SOCKET, Libc.SO_RCVBUF, 4096));
        owner.Dispose();
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Libc.setsockopt(owner, Libc.SOL_SOCKET, Libc.SO_RCVBUF, 4096));
        Assert.True(new FileDescriptor(-1).IsInvalid);
    }
}
