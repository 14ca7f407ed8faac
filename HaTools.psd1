@{
    RootModule           = 'module/HaTools.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = 'f5fe2d6a-429a-4b87-ab8c-138c7af9f7b4'
    Author               = 'The HaTools authors'
    CompanyName          = 'HaTools'
    Copyright            = '(c) The HaTools authors. MIT license.'
    Description          = 'Makes Linux machines a highly available layer-4 load balancer: VRRP, virtual addresses, health checks and IPVS.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/HaTools.Format.ps1xml')
    TypesToProcess       = @('module/HaTools.Types.ps1xml')
    CmdletsToExport      = @(
        'Add-IpvsRealServer'
        'Add-IpvsService'
        'Compare-HaConfiguration'
        'Export-HaConfiguration'
        'Get-HaEvent'
        'Get-HaNode'
        'Get-VrrpState'
        'Import-HaConfiguration'
        'New-HaConfiguration'
        'New-HaHealthCheck'
        'New-HaTracker'
        'New-IpvsServiceGroup'
        'New-VrrpAddress'
        'New-VrrpHmac'
        'New-VrrpInstance'
        'New-VrrpNotify'
        'New-VrrpRoute'
        'New-VrrpRule'
        'New-VrrpSyncGroup'
        'New-VrrpVirtualInterface'
        'Resume-IpvsRealServer'
        'Start-HaNode'
        'Stop-HaNode'
        'Suspend-IpvsRealServer'
        'Test-HaConfiguration'
        'Update-HaNode'
        'Wait-IpvsRealServer'
        'Wait-VrrpState'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('Linux', 'PSEdition_Core', 'VRRP', 'IPVS', 'LVS', 'keepalived', 'HighAvailability', 'LoadBalancer', 'DSC')
        }
    }
}
