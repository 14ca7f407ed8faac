# What build.ps1 installs where a PowerShell gallery is at hand. Nothing here is needed to build or to run HaTools.
@{
    Pester                         = @{ MinimumVersion = '5.6.0'; MaximumVersion = '6.99.99' } # tests/pester
    'Microsoft.PowerShell.PlatyPS' = @{ MinimumVersion = '1.0.0'; MaximumVersion = '1.99.99' } # checks the pages in docs/cmdlets
}
