namespace HaTools.Linux.Tests;

public class TimeNamespaceTests
{
    [Theory]
    [InlineData(false, "monotonic           0         0", "boottime            0         0")]
    [InlineData(false, "monotonic          50         0", "boottime            0         0")]
    [InlineData(true, "monotonic           0         0", "boottime        86400         0")]
    [InlineData(true, "monotonic           0         0", "boottime           -1         5")]
    [InlineData(true, "monotonic           0         0", "boottime            0         1")]
    [InlineData(false)]
    public void A_shift_of_the_time_since_the_boot_is_found(bool isShifted, params string[] lines) =>
        Assert.Equal(isShifted, TimeNamespace.IsShifted(lines));
}
