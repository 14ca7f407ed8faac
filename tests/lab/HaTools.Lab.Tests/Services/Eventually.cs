namespace HaTools.Lab.Tests.Services;

/// <summary>What comes about by itself, sooner or later.</summary>
internal static class Eventually
{
    private static readonly TimeSpan glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until it holds, for two minutes at most.</summary>
    public static async Task True(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        for (int i = 0; i < 1200; i++)
        {
            if (await condition()) return;
            await Task.Delay(glance);
        }

        Assert.Fail(otherwise?.Invoke() ?? "it did not come about");
    }

    /// <inheritdoc cref="True(Func{Task{bool}}, Func{string})"/>
    public static Task True(Func<bool> condition, Func<string>? otherwise = null) => True(() => Task.FromResult(condition()), otherwise);
}
