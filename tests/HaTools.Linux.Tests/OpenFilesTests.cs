namespace HaTools.Linux.Tests;

public sealed class OpenFilesTests
{
    // The limit is the whole process's: it is lowered by one, and only for a moment.
    [Fact]
    public unsafe void WhatIsNeededIsAskedForUpToTheHardLimitAndNothingIsLowered()
    {
        rlimit before;
        Assert.Equal(0, Libc.getrlimit(Libc.RLIMIT_NOFILE, &before));
        rlimit less = before with { rlim_cur = before.rlim_max - 1 };
        try
        {
            Assert.Equal(0, Libc.setrlimit(Libc.RLIMIT_NOFILE, &less));
            Assert.Equal((long)less.rlim_cur, OpenFiles.Limit);
            Assert.Equal((long)less.rlim_cur, OpenFiles.Raise(1));
            Assert.Equal((long)before.rlim_max, OpenFiles.Raise((long)before.rlim_max));

            // Over the hard limit only a privileged process comes, and another gets all that there is. fs.nr_open ends it for everybody.
            Assert.Equal(0, Libc.setrlimit(Libc.RLIMIT_NOFILE, &less));
            Assert.Equal((long)before.rlim_max, OpenFiles.Raise(long.MaxValue));
        }
        finally
        {
            _ = Libc.setrlimit(Libc.RLIMIT_NOFILE, &before);
        }
    }
}
