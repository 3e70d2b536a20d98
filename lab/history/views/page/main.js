import { showHeat } from './heat.js';
import { showPriorities } from './priorities.js';
import { followAddress } from './report.js';
import { followTheme } from './theme.js';
import { showTrend } from './trend.js';

followTheme();
showHeat();
showTrend();
showPriorities();
followAddress();
document.documentElement.dataset.ready = 'true';
