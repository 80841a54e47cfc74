using System.Text;
using Cafe.Gateway.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Cafe.Gateway.Access;

/// <summary>How tokens are checked.</summary>
internal static class JwtSetup
{
    public static void Configure(JwtBearerOptions bearer, JwtOptions options)
    {
        bearer.MapInboundClaims = false;
        bearer.Audience = options.Audience;
        bearer.TokenValidationParameters.ValidAudience = options.Audience;
        if (!string.IsNullOrEmpty(options.Issuer))
        {
            bearer.TokenValidationParameters.ValidIssuer = options.Issuer;
        }

        if (!string.IsNullOrEmpty(options.SigningKey))
        {
            bearer.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.SigningKey));
        }
        else
        {
            bearer.Authority = options.Authority;
        }
    }
}
