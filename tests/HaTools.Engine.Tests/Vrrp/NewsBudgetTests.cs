using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public class NewsBudgetTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 12_345 * Second;

    [Fact]
    public void TenInARowAreToldThenOneASecondAndTheRestIsCounted()
    {
        NewsBudget budget = default;
        int told = 0;

        // A hundred a second for a minute.
        for (int i = 0; i < 6000; i++) told += budget.Spend(Start + (i * Second / 100)) ? 1 : 0;

        Assert.InRange(told, 69, 70);
        Assert.Equal(6000 - told, budget.TakeUntold());
        Assert.Equal(0, budget.TakeUntold());
    }

    [Fact]
    public void WhatHappensRarelyIsAlwaysTold()
    {
        NewsBudget budget = default;
        for (int i = 0; i < 1000; i++) Assert.True(budget.Spend(Start + (i * Second)));
        Assert.Equal(0, budget.TakeUntold());
    }

    [Fact]
    public void AfterTenQuietSecondsTenInARowAreToldAgain()
    {
        NewsBudget budget = default;
        for (int i = 0; i < 100; i++) _ = budget.Spend(Start);
        Assert.False(budget.Spend(Start));
        for (int i = 0; i < 10; i++) Assert.True(budget.Spend(Start + (10 * Second)));
        Assert.False(budget.Spend(Start + (10 * Second)));
    }
}
